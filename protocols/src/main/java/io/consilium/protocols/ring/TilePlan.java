package io.consilium.protocols.ring;

/**
 * How a product is cut into tiles: along the result first, and along the inner index only where the
 * result is too small to occupy the threads.
 *
 * @param rows rows of a tile, the last one excepted
 * @param columns columns of a tile
 * @param inner length of the inner index of a tile
 */
record TilePlan(Product product, int rows, int columns, int inner) {
  /** Sides of a result up to this length are not cut: packing would cost too much. */
  static final int SIDE_MIN = 64;

  private static final int INNER_MIN = 256;
  private static final int ALIGNMENT = 16;

  /** More tiles than threads even out threads of different speed. */
  private static final int TILES_PER_THREAD = 2;

  static TilePlan whole(Product product) {
    return new TilePlan(product, product.rows(), product.columns(), product.inner());
  }

  static TilePlan forThreads(Product product, int threads) {
    TilePlan plan = whole(product);
    if (threads == 1 || plan.count() == 0) {
      return plan;
    }
    while (plan.count() < TILES_PER_THREAD * threads) {
      TilePlan halved = plan.halved();
      if (halved.equals(plan)) {
        break;
      }
      plan = halved;
    }
    if (plan.count() >= threads || plan.rows > SIDE_MIN || plan.columns > SIDE_MIN) {
      return plan;
    }
    int slices = ceilingOfQuotient(TILES_PER_THREAD * threads, plan.count());
    int inner = Math.max(INNER_MIN, ceilingOfQuotient(plan.inner, slices));
    return new TilePlan(product, plan.rows, plan.columns, Math.min(inner, plan.inner));
  }

  /** With the longer side that can be cut in half, or the same if none can. */
  private TilePlan halved() {
    int halfRows = half(rows, product.result().rowUnit());
    int halfColumns = half(columns, product.result().columnUnit());
    boolean cutRows = halfRows < rows && (rows > columns || halfColumns == columns);
    return cutRows
        ? new TilePlan(product, halfRows, columns, inner)
        : new TilePlan(product, rows, halfColumns, inner);
  }

  private static int half(int side, int unit) {
    int multiple = unit == 1 ? ALIGNMENT : unit;
    int half = ceilingOfQuotient(side, 2 * multiple) * multiple;
    return side <= SIDE_MIN ? side : Math.min(side, half);
  }

  private static int ceilingOfQuotient(int x, int y) {
    return (x + y - 1) / y;
  }

  private int tilesDown() {
    return ceilingOfQuotient(product.rows(), rows);
  }

  private int tilesAcross() {
    return ceilingOfQuotient(product.columns(), columns);
  }

  private int slices() {
    return ceilingOfQuotient(product.inner(), inner);
  }

  int count() {
    if (product.multiplyAdds() == 0) {
      return 0;
    }
    return tilesDown() * tilesAcross() * slices();
  }

  /** Whether several tiles add to the same part of the result. */
  boolean overlaps() {
    return slices() > 1;
  }

  Tile tile(int index) {
    int row = index % tilesDown() * rows;
    int column = index / tilesDown() % tilesAcross() * columns;
    int k = index / tilesDown() / tilesAcross() * inner;
    return new Tile(
        row,
        Math.min(rows, product.rows() - row),
        column,
        Math.min(columns, product.columns() - column),
        k,
        Math.min(inner, product.inner() - k));
  }
}
