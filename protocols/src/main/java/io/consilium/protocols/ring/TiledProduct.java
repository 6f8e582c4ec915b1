package io.consilium.protocols.ring;

import io.consilium.protocols.ring.Result.Area;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    multiplyAdd(List.of(product));
  }

  /** Products that write to different places, all shared among the threads at once. */
  void multiplyAdd(List<Product> products) {
    long multiplyAdds = 0;
    for (Product product : products) {
      multiplyAdds += product.multiplyAdds();
    }
    if (multiplyAdds > 0 && threads.count() > 1 && multiplyAdds >= parallelFrom) {
      share(products);
    } else {
      for (Product product : products) {
        multiplyTiles(TilePlan.whole(product));
      }
    }
  }

  private void multiplyTiles(TilePlan plan) {
    for (int tile = 0; tile < plan.count(); tile++) {
      multiplyTile(plan, plan.tile(tile));
    }
  }

  private void share(List<Product> products) {
    int threadsPerProduct = (threads.count() + products.size() - 1) / products.size();
    List<TilePlan> plans = new ArrayList<>(products.size());
    int tiles = 0;
    for (Product product : products) {
      TilePlan plan = TilePlan.forThreads(product, threadsPerProduct);
      plans.add(plan);
      tiles += plan.count();
    }
    threads.run(tiles, index -> multiplyTile(plans, index));
  }

  private void multiplyTile(List<TilePlan> plans, int index) {
    int rest = index;
    for (TilePlan plan : plans) {
      if (rest < plan.count()) {
        multiplyTile(plan, plan.tile(rest));
        return;
      }
      rest -= plan.count();
    }
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
