package io.consilium.protocols.ring;

import io.consilium.protocols.ring.Operand.Block;
import io.consilium.protocols.ring.Result.Area;
import java.util.Arrays;

/**
 * The portable product: no module is needed and it is fast from the first call.
 *
 * <p>Rows are separate arrays with equal indices, since the compiler vectorises that loop and not
 * one over offsets into a flat array, where it must fear aliasing.
 */
final class RowProduct implements ProductKernel {
  static final int INNER_BLOCK = 128;
  private static final int ROW_BLOCK = 64;

  @Override
  public String label() {
    return "portable";
  }

  @Override
  public void multiplyAdd(Product product, Tile tile, Workspace workspace) {
    int width = Workspace.ROW_WORDS;
    for (int column = 0; column < tile.columns(); column += width) {
      int columns = Math.min(width, tile.columns() - column);
      for (int k = 0; k < tile.inner(); k += INNER_BLOCK) {
        int inner = Math.min(INNER_BLOCK, tile.inner() - k);
        Block right = new Block(tile.innerFrom() + k, inner, tile.columnFrom() + column, columns);
        packRight(product.right(), right, workspace);
        for (int row = 0; row < tile.rows(); row += ROW_BLOCK) {
          int rows = Math.min(ROW_BLOCK, tile.rows() - row);
          Block left = new Block(tile.innerFrom() + k, inner, tile.rowFrom() + row, rows);
          packLeft(product.left(), left, workspace.left);
          multiplyBlock(product.result(), left, right, workspace);
        }
      }
    }
  }

  private static void packRight(Operand right, Block block, Workspace workspace) {
    int columns = block.outerCount();
    Arrays.fill(workspace.right, 0, block.innerCount() * columns, 0);
    right.addTo(block, workspace.right, 0, columns, 1);
    for (int k = 0; k < block.innerCount(); k++) {
      System.arraycopy(workspace.right, k * columns, workspace.rows[k], 0, columns);
    }
  }

  private static void packLeft(Operand left, Block block, long[] panel) {
    Arrays.fill(panel, 0, block.innerCount() * block.outerCount(), 0);
    left.addTo(block, panel, 0, 1, block.innerCount());
  }

  private static void multiplyBlock(Result result, Block left, Block right, Workspace workspace) {
    int columns = right.outerCount();
    int inner = left.innerCount();
    for (int i = 0; i < left.outerCount(); i++) {
      Arrays.fill(workspace.sum, 0, columns, 0);
      for (int k = 0; k < inner; k++) {
        addMultiple(workspace.sum, workspace.rows[k], workspace.left[i * inner + k], columns);
      }
      Area area = new Area(left.outerFrom() + i, 1, right.outerFrom(), columns);
      result.add(workspace.sum, columns, area);
    }
  }

  private static void addMultiple(long[] sum, long[] row, long factor, int count) {
    for (int j = 0; j < count; j++) {
      sum[j] += factor * row[j];
    }
  }
}
