package io.consilium.protocols.ring;

import io.consilium.protocols.ring.Operand.Block;
import io.consilium.protocols.ring.Result.Area;
import java.util.Arrays;

/**
 * The blocked product around a {@link MicroKernel}.
 *
 * <p>Goto and van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34(3),
 * 2008, section 4: a block of the right factor is packed into panels for the outer caches, one of
 * its panels stays in the first-level cache while the panels of a packed left block in the second
 * pass by.
 */
final class PanelProduct implements ProductKernel {
  static final int INNER_BLOCK = 256;
  static final int ROW_BLOCK = 64;
  static final int COLUMN_BLOCK = 512;

  /** The widest register tile: two vectors of 512 bits. */
  static final int TILE_COLUMNS_MAX = 16;

  static final int STRIP_WORDS = ROW_BLOCK * TILE_COLUMNS_MAX;
  static final int LEFT_WORDS = ROW_BLOCK * (2 * INNER_BLOCK);
  static final int RIGHT_WORDS = COLUMN_BLOCK * (INNER_BLOCK + 1);

  private final MicroKernel kernel;

  PanelProduct(MicroKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public String label() {
    return kernel.label();
  }

  @Override
  public void multiplyAdd(Product product, Tile tile, Workspace workspace) {
    for (int column = 0; column < tile.columns(); column += COLUMN_BLOCK) {
      int columns = Math.min(COLUMN_BLOCK, tile.columns() - column);
      for (int k = 0; k < tile.inner(); k += INNER_BLOCK) {
        int inner = Math.min(INNER_BLOCK, tile.inner() - k);
        Block right = new Block(tile.innerFrom() + k, inner, tile.columnFrom() + column, columns);
        packRight(product.right(), right, workspace.right);
        for (int row = 0; row < tile.rows(); row += ROW_BLOCK) {
          int rows = Math.min(ROW_BLOCK, tile.rows() - row);
          Block left = new Block(tile.innerFrom() + k, inner, tile.rowFrom() + row, rows);
          packLeft(product.left(), left, workspace.left);
          multiplyBlock(product.result(), left, right, workspace);
        }
      }
    }
  }

  private static int even(int inner) {
    return inner + (inner & 1);
  }

  private void packLeft(Operand left, Block block, long[] panels) {
    int inner = even(block.innerCount());
    int offset = 0;
    for (int row = 0; row < block.outerCount(); row += MicroKernel.ROWS) {
      packPanel(left, block, row, MicroKernel.ROWS, panels, offset);
      kernel.finishLeft(panels, offset, inner);
      offset += kernel.leftWords(inner);
    }
  }

  private void packRight(Operand right, Block block, long[] panels) {
    int inner = even(block.innerCount());
    int offset = 0;
    for (int column = 0; column < block.outerCount(); column += kernel.columns()) {
      packPanel(right, block, column, kernel.columns(), panels, offset);
      kernel.finishRight(panels, offset, inner);
      offset += kernel.rightWords(inner);
    }
  }

  private static void packPanel(
      Operand operand, Block block, int from, int width, long[] panels, int offset) {
    Arrays.fill(panels, offset, offset + width * even(block.innerCount()), 0);
    int count = Math.min(width, block.outerCount() - from);
    operand.addTo(
        new Block(block.innerFrom(), block.innerCount(), block.outerFrom() + from, count),
        panels,
        offset,
        width,
        1);
  }

  private void multiplyBlock(Result result, Block left, Block right, Workspace workspace) {
    int inner = even(left.innerCount());
    int offset = 0;
    for (int column = 0; column < right.outerCount(); column += kernel.columns()) {
      int columns = Math.min(kernel.columns(), right.outerCount() - column);
      Area strip =
          new Area(left.outerFrom(), left.outerCount(), right.outerFrom() + column, columns);
      multiplyStrip(result, strip, inner, offset, workspace);
      offset += kernel.rightWords(inner);
    }
  }

  /** All rows of a left block times one right panel. */
  private void multiplyStrip(
      Result result, Area strip, int inner, int rightOffset, Workspace workspace) {
    int width = kernel.columns();
    int index =
        strip.columns() == width
            ? result.indexOfRun(strip.rowFrom(), strip.columnFrom(), width)
            : -1;
    int inPlace = index < 0 ? 0 : strip.rows() - strip.rows() % MicroKernel.ROWS;
    int leftOffset = 0;
    for (int row = 0; row < inPlace; row += MicroKernel.ROWS) {
      kernel.multiplyAdd(
          inner,
          workspace.left,
          leftOffset,
          workspace.right,
          rightOffset,
          result.elements(),
          index + row * result.rowStride(),
          result.rowStride());
      leftOffset += kernel.leftWords(inner);
    }
    if (inPlace == strip.rows()) {
      return;
    }
    Arrays.fill(workspace.strip, 0);
    for (int row = inPlace; row < strip.rows(); row += MicroKernel.ROWS) {
      kernel.multiplyAdd(
          inner,
          workspace.left,
          leftOffset,
          workspace.right,
          rightOffset,
          workspace.strip,
          (row - inPlace) * width,
          width);
      leftOffset += kernel.leftWords(inner);
    }
    result.add(
        workspace.strip,
        width,
        new Area(
            strip.rowFrom() + inPlace,
            strip.rows() - inPlace,
            strip.columnFrom(),
            strip.columns()));
  }
}
