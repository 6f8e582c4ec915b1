package io.consilium.protocols.ring;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Multiplies 64-bit lanes and adds: one instruction each on AVX-512DQ, a sequence of seven on AVX2.
 */
final class MultiplyKernel extends MicroKernel {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int LANES = LONGS.length();

  @Override
  String label() {
    return "vector-multiply";
  }

  @Override
  int columns() {
    return 2 * LANES;
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
      LongVector y0 = LongVector.fromArray(LONGS, right, b);
      LongVector y1 = LongVector.fromArray(LONGS, right, b + LANES);
      LongVector x0 = LongVector.broadcast(LONGS, left[a]);
      z00 = z00.add(x0.mul(y0));
      z01 = z01.add(x0.mul(y1));
      LongVector x1 = LongVector.broadcast(LONGS, left[a + 1]);
      z10 = z10.add(x1.mul(y0));
      z11 = z11.add(x1.mul(y1));
      LongVector x2 = LongVector.broadcast(LONGS, left[a + 2]);
      z20 = z20.add(x2.mul(y0));
      z21 = z21.add(x2.mul(y1));
      LongVector x3 = LongVector.broadcast(LONGS, left[a + 3]);
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
}
