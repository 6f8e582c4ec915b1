package io.consilium.training;

import io.consilium.protocols.Backend;
import java.util.List;
import java.util.Optional;

/** The shared rows of all sites, in the order of the plan. */
public record SecureDataSet(List<Site> sites) {
  public SecureDataSet {
    sites = List.copyOf(sites);
  }

  /**
   * What one site shares.
   *
   * @param training {@link SharedRows#NONE} if the site has no training rows
   * @param validation rows kept aside for the metrics
   */
  public record Site(SharedRows training, SharedRows validation) {
    /** Rows that are in memory as a whole; absent if there are none. */
    public Site(Optional<SecurePart> training, Optional<SecurePart> validation) {
      this(rows(training), rows(validation));
    }

    private static SharedRows rows(Optional<SecurePart> part) {
      return part.map(SharedRows::of).orElse(SharedRows.NONE);
    }
  }

  /** Training rows of blocks, one behind the other. */
  SecurePart training(Backend b, TrainingPlan plan, List<DataBlock> blocks) {
    return SecurePart.concatenated(
        b,
        blocks.stream()
            .map(block -> load(b, plan, block, sites.get(block.site()).training()))
            .toList());
  }

  /** Validation rows of blocks, one behind the other. */
  SecurePart validation(Backend b, TrainingPlan plan, List<DataBlock> blocks) {
    return SecurePart.concatenated(
        b,
        blocks.stream()
            .map(block -> load(b, plan, block, sites.get(block.site()).validation()))
            .toList());
  }

  private static SecurePart load(Backend b, TrainingPlan plan, DataBlock block, SharedRows rows) {
    SecurePart part = rows.load(b, block);
    part.requireFits("site " + block.site() + ":", plan, block.rows());
    return part;
  }

  void discardTraining(List<DataBlock> blocks) {
    blocks.forEach(block -> sites.get(block.site()).training().discard(block));
  }

  void discardValidation(List<DataBlock> blocks) {
    blocks.forEach(block -> sites.get(block.site()).validation().discard(block));
  }

  /**
   * Refuses data that is not what was planned, as far as can be seen before rows are loaded.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  void requireFits(TrainingPlan plan) {
    int planned = plan.layout().trainingRows().size();
    if (sites.size() != planned) {
      throw new IllegalArgumentException(sites.size() + " sites, not " + planned);
    }
  }
}
