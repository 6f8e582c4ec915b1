package io.consilium.party.job;

import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.InputTensors;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.training.Formats;
import io.consilium.training.SecurePart;
import io.consilium.training.spec.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The six tensors that a site shares: features, presence and labels, for training and for
 * validation. Both ends name them the same way, so a tensor cannot take another's place.
 */
final class SharedParts {
  static final int FEATURES = 0;
  static final int MASK = 1;
  static final int LABELS = 2;
  static final int TENSORS_OF_PART = 3;
  static final List<String> PARTS = List.of("training", "validation");

  private static final List<String> TENSORS = List.of("features", "mask", "labels");
  private static final int TENSORS_OF_SITE = PARTS.size() * TENSORS_OF_PART;

  private SharedParts() {}

  /** The name of a tensor, unique among all inputs of all sessions. */
  private static String tensorId(AttemptId attempt, String holder, int index) {
    return attempt.session()
        + "/"
        + holder
        + "/"
        + PARTS.get(index / TENSORS_OF_PART)
        + "."
        + TENSORS.get(index % TENSORS_OF_PART);
  }

  /** Shares this site's records. */
  static List<HolderShares> share(
      AttemptId attempt,
      String holder,
      SiteRecords records,
      ModelSpec model,
      RandomGenerator random) {
    List<HolderShares> shares = new ArrayList<>();
    int columns = records.training().layout().size();
    share(shares, attempt, holder, Optional.of(records.training()), columns, model, random);
    share(shares, attempt, holder, records.validation(), columns, model, random);
    return shares;
  }

  private static void share(
      List<HolderShares> shares,
      AttemptId attempt,
      String holder,
      Optional<EncodedTable> table,
      int columns,
      ModelSpec model,
      RandomGenerator random) {
    int rows = table.map(EncodedTable::rows).orElse(0);
    double[] none = {};
    double[] features = table.map(EncodedTable::features).orElse(none);
    double[] mask = table.map(EncodedTable::presence).orElse(none);
    double[] labels = table.flatMap(EncodedTable::labels).orElse(none);
    Shape matrix = Shape.matrix(rows, columns);
    FixedPoint labelFormat = SecurePart.labelFormat(model);
    Shape labelShape = SecurePart.labelShape(model, rows);
    long[] codes = Formats.FEATURES.encode(features);
    add(shares, attempt, holder, matrix, Formats.FEATURES, codes, random);
    long[] bits = FixedPoint.INTEGER.encode(mask);
    add(shares, attempt, holder, matrix, FixedPoint.INTEGER, bits, random);
    long[] classes = SecurePart.labelCodes(model, labels);
    add(shares, attempt, holder, labelShape, labelFormat, classes, random);
  }

  private static void add(
      List<HolderShares> shares,
      AttemptId attempt,
      String holder,
      Shape shape,
      FixedPoint format,
      long[] codes,
      RandomGenerator random) {
    String id = tensorId(attempt, holder, shares.size());
    shares.add(HolderShares.of(id, shape, format, codes, random));
  }

  /**
   * Whether a holder's tensors are the six that belong here, in shape and format.
   *
   * @return what is wrong, or empty
   */
  static Optional<String> problem(
      AttemptId attempt, InputTensors input, int columns, ModelSpec model) {
    if (input.tensors().size() != TENSORS_OF_SITE) {
      return Optional.of("it shared " + input.tensors().size() + " tensors, not six");
    }
    for (int i = 0; i < TENSORS_OF_SITE; i++) {
      TensorDescription tensor = input.tensors().get(i).description();
      int rows = rows(input, i / TENSORS_OF_PART);
      FixedPoint format =
          switch (i % TENSORS_OF_PART) {
            case FEATURES -> Formats.FEATURES;
            case MASK -> FixedPoint.INTEGER;
            default -> SecurePart.labelFormat(model);
          };
      Shape shape =
          i % TENSORS_OF_PART == LABELS
              ? SecurePart.labelShape(model, rows)
              : Shape.matrix(rows, columns);
      boolean fits =
          tensor.tensorId().equals(tensorId(attempt, input.holder(), i))
              && tensor.shape().equals(shape)
              && tensor.format().equals(format);
      if (!fits) {
        return Optional.of(
            "tensor "
                + tensor.tensorId()
                + " has another name, shape or scale than the plan says; it may run another"
                + " version of the program");
      }
    }
    return rows(input, 0) == 0 ? Optional.of("it shared no training records") : Optional.empty();
  }

  /** The rows of a part, 0 for training and 1 for validation. */
  static int rows(InputTensors input, int part) {
    return tensor(input, part, LABELS).description().shape().rows();
  }

  static HolderInput tensor(InputTensors input, int part, int tensor) {
    return input.tensors().get(part * TENSORS_OF_PART + tensor);
  }
}
