package io.consilium.party.job;

import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.plan.JobPlan;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.training.DataLayout;
import io.consilium.training.Formats;
import io.consilium.training.SecurePart;
import io.consilium.training.spec.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The tensors in which a site shares a block of rows: features, presence if values may be missing,
 * and labels. Both ends name them the same way, so a tensor cannot take another's place.
 *
 * @param site place of the holder among the data holders
 * @param columns features of a row
 */
record SharedTensors(
    AttemptId attempt, String holder, int site, int columns, boolean mayMiss, ModelSpec model) {

  static SharedTensors of(AttemptId attempt, JobPlan plan, String holder) {
    return new SharedTensors(
        attempt,
        holder,
        plan.manifest().dataHolders().indexOf(holder),
        plan.layout().size(),
        plan.layout().mayMiss(),
        plan.program().model());
  }

  /** What is public of a tensor before it is shared. */
  record Outline(String id, Shape shape, FixedPoint format) {
    boolean fits(TensorDescription tensor) {
      return tensor.tensorId().equals(id)
          && tensor.shape().equals(shape)
          && tensor.format().equals(format);
    }
  }

  int blockRows() {
    return DataLayout.blockRows(columns);
  }

  Outline features(SharedBlock block) {
    return new Outline(id(block, "features"), matrix(block), Formats.FEATURES);
  }

  Outline presence(SharedBlock block) {
    return new Outline(id(block, "mask"), matrix(block), FixedPoint.INTEGER);
  }

  Outline labels(SharedBlock block) {
    return new Outline(
        id(block, "labels"),
        SecurePart.labelShape(model, block.rows().rows()),
        SecurePart.labelFormat(model));
  }

  /** All tensors of a block in the order in which they are shared. */
  List<Outline> of(SharedBlock block) {
    return mayMiss
        ? List.of(features(block), presence(block), labels(block))
        : List.of(features(block), labels(block));
  }

  private Shape matrix(SharedBlock block) {
    return Shape.matrix(block.rows().rows(), columns);
  }

  /** Unique among all inputs of all sessions. */
  private String id(SharedBlock block, String tensor) {
    return attempt.tensorPrefix(holder)
        + block.part().word
        + "."
        + block.rows().from()
        + "."
        + tensor;
  }

  /** Ring elements in all blocks together, at most. */
  long elements(long rows) {
    long inRow = (mayMiss ? 2L : 1L) * columns + SecurePart.labelShape(model, 1).size();
    return Math.multiplyExact(rows, inRow);
  }

  /** Shares the records of a block. */
  List<HolderShares> share(SharedBlock block, EncodedTable table, RandomGenerator random) {
    List<HolderShares> shares = new ArrayList<>();
    shares.add(share(features(block), Formats.featureCodes(table.features()), random));
    if (mayMiss) {
      shares.add(share(presence(block), FixedPoint.INTEGER.encode(table.presence()), random));
    }
    long[] labels = SecurePart.labelCodes(model, table.labels().orElse(new double[0]));
    shares.add(share(labels(block), labels, random));
    return shares;
  }

  private static HolderShares share(Outline outline, long[] codes, RandomGenerator random) {
    return HolderShares.of(outline.id(), outline.shape(), outline.format(), codes, random);
  }
}
