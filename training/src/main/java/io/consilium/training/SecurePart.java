package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.List;
import java.util.Optional;

/**
 * Shared rows, of one site or of several one behind the other.
 *
 * @param features [n, d] in the format {@link Formats#FEATURES}, from 0 to 1; 0 where missing
 * @param presence [n, d] integers: 1 where the value is there, 0 where it is missing; absent if no
 *     value may be missing
 * @param labels by the target of the model: a number [n] in the format {@link
 *     Formats#NUMBER_LABELS}; two classes [n] integers 0 and 1; classes [n, classes] integers, a
 *     single 1 in each row
 */
public record SecurePart(
    SecretTensor features, Optional<SecretTensor> presence, SecretTensor labels) {
  /** Rows in which values may be missing. */
  public SecurePart(SecretTensor features, SecretTensor presence, SecretTensor labels) {
    this(features, Optional.of(presence), labels);
  }

  int rows() {
    return features.shape().rows();
  }

  /** Rows [from, to), at no cost if these are all. */
  SecurePart range(Backend b, int from, int to) {
    return from == 0 && to == rows()
        ? this
        : new SecurePart(
            b.rowRange(features, from, to),
            presence.map(there -> b.rowRange(there, from, to)),
            b.rowRange(labels, from, to));
  }

  /** Rows at public indices. */
  SecurePart select(Backend b, int[] indices) {
    return new SecurePart(
        b.rows(features, indices),
        presence.map(there -> b.rows(there, indices)),
        b.rows(labels, indices));
  }

  /** The shape of the labels of so many rows. */
  public static Shape labelShape(ModelSpec model, int rows) {
    return model.target() == Target.CLASSES
        ? Shape.matrix(rows, model.classes())
        : Shape.vector(rows);
  }

  /** The format of the labels. */
  public static FixedPoint labelFormat(ModelSpec model) {
    return model.target() == Target.NUMBER ? Formats.NUMBER_LABELS : FixedPoint.INTEGER;
  }

  /**
   * The codes of labels in the clear, as a data holder shares them.
   *
   * @param labels numbers if that is the target, otherwise classes from 0 on
   */
  public static long[] labelCodes(ModelSpec model, double[] labels) {
    if (model.target() == Target.CLASSES) {
      int classes = model.classes();
      long[] oneHot = new long[labels.length * classes];
      for (int i = 0; i < labels.length; i++) {
        oneHot[i * classes + classOf(labels[i], classes)] = 1;
      }
      return oneHot;
    }
    if (model.target() == Target.TWO_CLASSES) {
      for (double label : labels) {
        int _ = classOf(label, model.classes());
      }
    }
    return labelFormat(model).encode(labels);
  }

  private static int classOf(double label, int classes) {
    if (label != Math.rint(label) || label < 0 || label >= classes) {
      throw new IllegalArgumentException("a label is not a class from 0 to " + (classes - 1));
    }
    return (int) label;
  }

  void requireFits(String place, TrainingPlan plan, int rows) {
    ModelSpec model = plan.spec().model();
    Shape matrix = Shape.matrix(rows, plan.layout().features());
    require(features, matrix, Formats.FEATURES, place + " features");
    require(labels, labelShape(model, rows), labelFormat(model), place + " labels");
    if (presence.isPresent() != plan.layout().mayMiss()) {
      throw new IllegalArgumentException(
          place + (presence.isPresent() ? " presence is shared" : " no presence is shared"));
    }
    presence.ifPresent(there -> require(there, matrix, FixedPoint.INTEGER, place + " presence"));
  }

  static void require(SecretTensor x, Shape shape, FixedPoint format, String name) {
    if (!x.shape().equals(shape) || !x.format().equals(format)) {
      throw new IllegalArgumentException(
          "%s are %s, not %s with %d fraction bits"
              .formatted(name, x, shape, format.fractionBits()));
    }
  }

  static SecurePart concatenated(Backend b, List<SecurePart> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    List<SecretTensor> presence = parts.stream().flatMap(part -> part.presence().stream()).toList();
    return new SecurePart(
        b.concatenate(parts.stream().map(SecurePart::features).toList()),
        presence.isEmpty() ? Optional.empty() : Optional.of(b.concatenate(presence)),
        b.concatenate(parts.stream().map(SecurePart::labels).toList()));
  }
}
