package io.consilium.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive rows of one site, which are shared, stored and read together.
 *
 * @param site from 0 on, in the order of the layout
 * @param from the first row, among the rows of the site
 * @param to the row behind the last one
 */
public record DataBlock(int site, int from, int to) {
  public int rows() {
    return to - from;
  }

  /** The blocks of a site in their order; none if it has no rows. */
  public static List<DataBlock> of(int site, int rows, int blockRows) {
    List<DataBlock> blocks = new ArrayList<>();
    for (int from = 0; from < rows; from += blockRows) {
      blocks.add(new DataBlock(site, from, Math.min(rows, from + blockRows)));
    }
    return blocks;
  }
}
