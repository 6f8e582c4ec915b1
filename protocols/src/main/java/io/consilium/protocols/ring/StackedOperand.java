package io.consilium.protocols.ring;

/** Two operands one after the other along the inner index: [x | y] on the left, [x ; y] right. */
record StackedOperand(Operand first, Operand second) implements Operand {
  @Override
  public int inner() {
    return first.inner() + second.inner();
  }

  @Override
  public int outer() {
    return first.outer();
  }

  @Override
  public void addTo(Block block, long[] panel, int offset, int innerStride, int outerStride) {
    int inFirst = Math.clamp(first.inner() - block.innerFrom(), 0, block.innerCount());
    if (inFirst > 0) {
      first.addTo(
          new Block(block.innerFrom(), inFirst, block.outerFrom(), block.outerCount()),
          panel,
          offset,
          innerStride,
          outerStride);
    }
    if (inFirst < block.innerCount()) {
      second.addTo(
          new Block(
              block.innerFrom() + inFirst - first.inner(),
              block.innerCount() - inFirst,
              block.outerFrom(),
              block.outerCount()),
          panel,
          offset + inFirst * innerStride,
          innerStride,
          outerStride);
    }
  }
}
