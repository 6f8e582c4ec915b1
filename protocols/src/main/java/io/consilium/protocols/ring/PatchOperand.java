package io.consilium.protocols.ring;

/**
 * Patches of a tensor as a factor, gathered while they are packed.
 *
 * @param transposed whether the positions, not the taps, are the inner index
 */
record PatchOperand(Patches patches, boolean transposed) implements Operand {
  @Override
  public int inner() {
    return transposed ? patches.positions() : patches.taps();
  }

  @Override
  public int outer() {
    return transposed ? patches.taps() : patches.positions();
  }

  @Override
  public void addTo(Block block, long[] panel, int offset, int innerStride, int outerStride) {
    if (transposed) {
      Block swapped =
          new Block(block.outerFrom(), block.outerCount(), block.innerFrom(), block.innerCount());
      patches.addTo(swapped, panel, offset, outerStride, innerStride);
    } else {
      patches.addTo(block, panel, offset, innerStride, outerStride);
    }
  }
}
