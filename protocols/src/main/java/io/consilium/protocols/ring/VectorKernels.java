package io.consilium.protocols.ring;

import java.util.List;

/** The kernels that need the module {@code jdk.incubator.vector}; loaded only if it is there. */
final class VectorKernels {
  private VectorKernels() {}

  static List<MicroKernel> all() {
    int columns = new MultiplyKernel().columns();
    // Two 64-bit lanes or fewer gain nothing, and more than 512 bits do not fit into the tile.
    return columns < 8 || columns > PanelProduct.TILE_COLUMNS_MAX
        ? List.of()
        : List.of(new PairsKernel(), new MultiplyKernel(), new TwoPassKernel());
  }
}
