package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.List;
import java.util.function.Function;

/**
 * Shared rows, of one site or of several one behind the other.
 *
 * @param features [n, d] in the format {@link Formats#FEATURES}, from 0 to 1; 0 where missing
 * @param presence [n, d] integers: 1 where the value is there, 0 where it is missing
 * @param labels by the target of the model: a number [n] in the format {@link
 *     Formats#NUMBER_LABELS}; two classes [n] integers 0 and 1; classes [n, classes] integers, a
 *     single 1 in each row
 */
public record SecurePart(SecretTensor features, SecretTensor presence, SecretTensor labels) {

  int rows() {
    return features.shape().rows();
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

  void requireFits(String place, ModelSpec model, int rows, int width) {
    require(features, Shape.matrix(rows, width), Formats.FEATURES, place + " features");
    require(presence, Shape.matrix(rows, width), FixedPoint.INTEGER, place + " presence");
    require(labels, labelShape(model, rows), labelFormat(model), place + " labels");
  }

  static void require(SecretTensor x, Shape shape, FixedPoint format, String name) {
    if (!x.shape().equals(shape) || !x.format().equals(format)) {
      throw new IllegalArgumentException(
          "%s are %s, not %s with %d fraction bits"
              .formatted(name, x, shape, format.fractionBits()));
    }
  }

  static SecurePart concatenated(Backend b, List<SecurePart> parts) {
    return new SecurePart(
        concatenated(b, parts, SecurePart::features),
        concatenated(b, parts, SecurePart::presence),
        concatenated(b, parts, SecurePart::labels));
  }

  private static SecretTensor concatenated(
      Backend b, List<SecurePart> parts, Function<SecurePart, SecretTensor> tensor) {
    return parts.size() == 1
        ? tensor.apply(parts.getFirst())
        : b.concatenate(parts.stream().map(tensor).toList());
  }
}
