package io.consilium.protocols.ring;

/** The sum of two operands of one shape, formed while packing. */
record SummedOperand(Operand first, Operand second) implements Operand {
  @Override
  public int inner() {
    return first.inner();
  }

  @Override
  public int outer() {
    return first.outer();
  }

  @Override
  public void addTo(Block block, long[] panel, int offset, int innerStride, int outerStride) {
    first.addTo(block, panel, offset, innerStride, outerStride);
    second.addTo(block, panel, offset, innerStride, outerStride);
  }
}
