package io.consilium.protocols.ring;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of 32-bit halves in two passes, for machines without a 64-bit lane multiplication.
 *
 * <p>Modulo 2^64, x * y = lo(x) * lo(y) + 2^32 * (hi(x) * lo(y) + lo(x) * hi(y)). Each pass has
 * eight accumulators, which is what sixteen registers hold; one pass with sixteen spills.
 */
final class TwoPassKernel extends MicroKernel {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = LONGS.length();
  private static final long LOW = 0xFFFFFFFFL;

  @Override
  String label() {
    return "vector-two-pass";
  }

  @Override
  int columns() {
    return 2 * LANES;
  }

  @Override
  int leftWords(int inner) {
    return 2 * ROWS * inner;
  }

  @Override
  void finishLeft(long[] panel, int offset, int inner) {
    int words = inner * ROWS;
    for (int at = offset; at < offset + words; at++) {
      panel[at + words] = Long.rotateRight(panel[at], Integer.SIZE);
    }
  }

  @Override
  void multiplyAdd(
      int inner,
      long[] left,
      int leftOffset,
      long[] right,
      int rightOffset,
      long[] z,
      int zOffset,
      int zStride) {
    cross(inner, left, leftOffset + inner * ROWS, right, rightOffset, z, zOffset, zStride);
    low(inner, left, leftOffset, right, rightOffset, z, zOffset, zStride);
  }

  /** z += lo(x) * lo(y); the compiler sees that the masked factors have 32 bits. */
  private static void low(
      int inner,
      long[] left,
      int leftOffset,
      long[] right,
      int rightOffset,
      long[] z,
      int zOffset,
      int zStride) {
    LongVector z00 = LongVector.zero(LONGS);
    LongVector z01 = LongVector.zero(LONGS);
    LongVector z10 = LongVector.zero(LONGS);
    LongVector z11 = LongVector.zero(LONGS);
    LongVector z20 = LongVector.zero(LONGS);
    LongVector z21 = LongVector.zero(LONGS);
    LongVector z30 = LongVector.zero(LONGS);
    LongVector z31 = LongVector.zero(LONGS);
    int a = leftOffset;
    int b = rightOffset;
    for (int k = 0; k < inner; k++) {
      LongVector y0 = LongVector.fromArray(LONGS, right, b).and(LOW);
      LongVector y1 = LongVector.fromArray(LONGS, right, b + LANES).and(LOW);
      LongVector x0 = LongVector.broadcast(LONGS, left[a]).and(LOW);
      z00 = z00.add(x0.mul(y0));
      z01 = z01.add(x0.mul(y1));
      LongVector x1 = LongVector.broadcast(LONGS, left[a + 1]).and(LOW);
      z10 = z10.add(x1.mul(y0));
      z11 = z11.add(x1.mul(y1));
      LongVector x2 = LongVector.broadcast(LONGS, left[a + 2]).and(LOW);
      z20 = z20.add(x2.mul(y0));
      z21 = z21.add(x2.mul(y1));
      LongVector x3 = LongVector.broadcast(LONGS, left[a + 3]).and(LOW);
      z30 = z30.add(x3.mul(y0));
      z31 = z31.add(x3.mul(y1));
      a += ROWS;
      b += 2 * LANES;
    }
    int at = zOffset;
    LongVector.fromArray(LONGS, z, at).add(z00).intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES).add(z01).intoArray(z, at + LANES);
    at += zStride;
    LongVector.fromArray(LONGS, z, at).add(z10).intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES).add(z11).intoArray(z, at + LANES);
    at += zStride;
    LongVector.fromArray(LONGS, z, at).add(z20).intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES).add(z21).intoArray(z, at + LANES);
    at += zStride;
    LongVector.fromArray(LONGS, z, at).add(z30).intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES).add(z31).intoArray(z, at + LANES);
  }

  /**
   * z += (hi(x) * lo(y) + lo(x) * hi(y)) * 2^32; with the halves of x swapped beforehand one
   * multiplication of 32-bit lanes gives both products side by side.
   */
  private static void cross(
      int inner,
      long[] left,
      int leftOffset,
      long[] right,
      int rightOffset,
      long[] z,
      int zOffset,
      int zStride) {
    IntVector z00 = IntVector.zero(INTS);
    IntVector z01 = IntVector.zero(INTS);
    IntVector z10 = IntVector.zero(INTS);
    IntVector z11 = IntVector.zero(INTS);
    IntVector z20 = IntVector.zero(INTS);
    IntVector z21 = IntVector.zero(INTS);
    IntVector z30 = IntVector.zero(INTS);
    IntVector z31 = IntVector.zero(INTS);
    int a = leftOffset;
    int b = rightOffset;
    for (int k = 0; k < inner; k++) {
      IntVector y0 = LongVector.fromArray(LONGS, right, b).reinterpretAsInts();
      IntVector y1 = LongVector.fromArray(LONGS, right, b + LANES).reinterpretAsInts();
      IntVector x0 = LongVector.broadcast(LONGS, left[a]).reinterpretAsInts();
      z00 = z00.add(x0.mul(y0));
      z01 = z01.add(x0.mul(y1));
      IntVector x1 = LongVector.broadcast(LONGS, left[a + 1]).reinterpretAsInts();
      z10 = z10.add(x1.mul(y0));
      z11 = z11.add(x1.mul(y1));
      IntVector x2 = LongVector.broadcast(LONGS, left[a + 2]).reinterpretAsInts();
      z20 = z20.add(x2.mul(y0));
      z21 = z21.add(x2.mul(y1));
      IntVector x3 = LongVector.broadcast(LONGS, left[a + 3]).reinterpretAsInts();
      z30 = z30.add(x3.mul(y0));
      z31 = z31.add(x3.mul(y1));
      a += ROWS;
      b += 2 * LANES;
    }
    int at = zOffset;
    LongVector.fromArray(LONGS, z, at)
        .add(z00.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z00.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES)
        .add(z01.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z01.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at + LANES);
    at += zStride;
    LongVector.fromArray(LONGS, z, at)
        .add(z10.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z10.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES)
        .add(z11.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z11.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at + LANES);
    at += zStride;
    LongVector.fromArray(LONGS, z, at)
        .add(z20.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z20.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES)
        .add(z21.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z21.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at + LANES);
    at += zStride;
    LongVector.fromArray(LONGS, z, at)
        .add(z30.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z30.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at);
    LongVector.fromArray(LONGS, z, at + LANES)
        .add(z31.reinterpretAsLongs().lanewise(VectorOperators.LSHL, Integer.SIZE))
        .add(z31.reinterpretAsLongs().and(~LOW))
        .intoArray(z, at + LANES);
  }
}
