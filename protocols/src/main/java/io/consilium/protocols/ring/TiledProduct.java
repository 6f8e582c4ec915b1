package io.consilium.protocols.ring;

import io.consilium.protocols.ring.Result.Area;
import java.util.Arrays;

/**
 * Products of any size by one kernel, on as many threads as the size is worth.
 *
 * @param parallelFrom the number of multiply-adds from which on the threads share a product
 */
record TiledProduct(ProductKernel kernel, ComputeThreads threads, long parallelFrom) {
  /** Waking a thread costs up to 0.1 ms, the work of a million multiply-adds. */
  static final long PARALLEL_MULTIPLY_ADDS_MIN = 10_000_000;

  TiledProduct(ProductKernel kernel, ComputeThreads threads) {
    this(kernel, threads, PARALLEL_MULTIPLY_ADDS_MIN);
  }

  void multiplyAdd(Product product) {
    if (product.multiplyAdds() == 0) {
      return;
    }
    boolean parallel = threads.count() > 1 && product.multiplyAdds() >= parallelFrom;
    TilePlan plan =
        parallel ? TilePlan.forThreads(product, threads.count()) : TilePlan.whole(product);
    threads.run(plan.count(), index -> multiplyTile(plan, plan.tile(index)));
  }

  private void multiplyTile(TilePlan plan, Tile tile) {
    Workspace workspace = Workspace.take();
    try {
      if (plan.overlaps()) {
        addPartial(plan.product(), tile, workspace);
      } else {
        kernel.multiplyAdd(plan.product(), tile, workspace);
      }
    } finally {
      workspace.release();
    }
  }

  private void addPartial(Product product, Tile tile, Workspace workspace) {
    int columns = tile.columns();
    Arrays.fill(workspace.partial, 0, tile.rows() * columns, 0);
    int origin = -(tile.rowFrom() * columns + tile.columnFrom());
    kernel.multiplyAdd(
        product.into(new MatrixResult(workspace.partial, origin, columns)), tile, workspace);
    Area area = new Area(tile.rowFrom(), tile.rows(), tile.columnFrom(), columns);
    // The result is shared by the slices; sums modulo 2^64 are the same in every order.
    synchronized (product.result()) {
      product.result().add(workspace.partial, columns, area);
    }
  }
}
