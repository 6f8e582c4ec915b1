package io.consilium.party.job;

import io.consilium.party.dataplane.InputRows;
import io.consilium.training.DataBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * A block of what one site shares.
 *
 * @param rows of the training or the validation rows of the site
 */
record SharedBlock(Part part, DataBlock rows) {
  /** What rows are for. */
  enum Part {
    TRAINING("training"),
    VALIDATION("validation");

    final String word;

    Part(String word) {
      this.word = word;
    }
  }

  /**
   * All blocks of a site in the order in which they are shared.
   *
   * @param site its place among the data holders
   */
  static List<SharedBlock> of(int site, InputRows rows, int blockRows) {
    List<SharedBlock> blocks = new ArrayList<>();
    for (DataBlock block : DataBlock.of(site, rows.training(), blockRows)) {
      blocks.add(new SharedBlock(Part.TRAINING, block));
    }
    for (DataBlock block : DataBlock.of(site, rows.validation(), blockRows)) {
      blocks.add(new SharedBlock(Part.VALIDATION, block));
    }
    return blocks;
  }
}
