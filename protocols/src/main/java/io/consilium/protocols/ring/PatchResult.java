package io.consilium.protocols.ring;

/** Patches of a tensor as a result: every tile is added to the tensor where its patches lie. */
record PatchResult(Patches patches) implements Result {
  @Override
  public long[] elements() {
    return patches.source().elements();
  }

  @Override
  public int rowStride() {
    return 0;
  }

  @Override
  public int rowUnit() {
    return patches.window().taps().volume();
  }

  @Override
  public int columnUnit() {
    return patches.window().positions().volume();
  }

  @Override
  public int indexOfRun(int row, int column, int columns) {
    return -1;
  }

  @Override
  public void add(long[] tile, int stride, Area area) {
    patches.addBack(
        new Operand.Block(area.rowFrom(), area.rows(), area.columnFrom(), area.columns()),
        tile,
        stride);
  }
}
