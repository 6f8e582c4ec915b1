package io.consilium.training;

import io.consilium.protocols.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some of a site's rows, read from the blocks in which all of them are shared. They stay where they
 * are: nothing is discarded.
 *
 * @param all the site's rows
 * @param rows how many these are
 * @param blockRows rows of a block of all rows
 * @param selected public indices into all rows, in their order
 */
record SelectedRows(SharedRows all, int rows, int blockRows, int[] selected) implements SharedRows {
  @Override
  public SecurePart load(Backend b, DataBlock wanted) {
    List<SecurePart> parts = new ArrayList<>();
    for (DataBlock block : DataBlock.of(wanted.site(), rows, blockRows)) {
      int[] here =
          Arrays.stream(selected, wanted.from(), wanted.to())
              .filter(row -> block.from() <= row && row < block.to())
              .map(row -> row - block.from())
              .toArray();
      if (here.length > 0) {
        parts.add(all.load(b, block).select(b, here));
      }
    }
    return SecurePart.concatenated(b, parts);
  }
}
