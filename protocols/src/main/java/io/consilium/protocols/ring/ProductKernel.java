package io.consilium.protocols.ring;

/** A way to compute a tile of a product. All give the same bits. */
interface ProductKernel {
  /** A short name for reports. */
  String label();

  /** Adds one tile of a product to its result. */
  void multiplyAdd(Product product, Tile tile, Workspace workspace);
}
