package io.consilium.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The public order of rows: each epoch has its own random order of all rows of all sites, cut into
 * batches. So the rows of each site are shuffled anew every epoch, and batches mix sites as chance
 * has it. The last batch of an epoch has what is left and a mean over its own rows.
 *
 * @param rows training rows of all sites
 * @param batchSize rows of a batch, at most all
 */
public record BatchPlan(long seed, int rows, int batchSize) {
  public BatchPlan {
    batchSize = Math.min(batchSize, rows);
  }

  public int batchesPerEpoch() {
    return (rows + batchSize - 1) / batchSize;
  }

  /** Rows of the last batch of an epoch. */
  public int lastBatchRows() {
    return rows - (batchesPerEpoch() - 1) * batchSize;
  }

  /** The batches of an epoch, from 0 on: indices into the rows of all sites in their order. */
  public List<int[]> batches(int epoch) {
    int[] order = new PublicRandom(seed, "consilium batches " + epoch).permutation(rows);
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < rows; from += batchSize) {
      batches.add(Arrays.copyOfRange(order, from, Math.min(rows, from + batchSize)));
    }
    return batches;
  }
}
