package io.consilium.protocols.ring;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Half the multiplications, for a 64-bit multiplication costs three additions.
 *
 * <p>Winograd, "A new algorithm for inner product", IEEE Transactions on Computers C-17(7), 1968:
 * in a commutative ring
 *
 * <pre>x_0 y_0 + x_1 y_1 = (x_0 + y_1)(x_1 + y_0) - x_0 x_1 - y_0 y_1</pre>
 *
 * and the two products subtracted belong to one row and one column, so they are formed once per
 * panel. With floating point this loses accuracy; modulo 2^64 it is exact.
 */
final class PairsKernel extends MicroKernel {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int LANES = LONGS.length();

  @Override
  String label() {
    return "vector-pairs";
  }

  @Override
  int columns() {
    return 2 * LANES;
  }

  @Override
  void finishLeft(long[] panel, int offset, int inner) {
    negatedPairs(panel, offset, inner, ROWS);
  }

  @Override
  void finishRight(long[] panel, int offset, int inner) {
    negatedPairs(panel, offset, inner, 2 * LANES);
  }

  /** Behind the panel, for each of its rows or columns: minus the sum of x_(2k) * x_(2k+1). */
  private static void negatedPairs(long[] panel, int offset, int inner, int width) {
    int end = offset + inner * width;
    for (int p = 0; p < width; p++) {
      long sum = 0;
      for (int at = offset + p; at < end; at += 2 * width) {
        sum += panel[at] * panel[at + width];
      }
      panel[end + p] = -sum;
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
    int behindLeft = leftOffset + inner * ROWS;
    int behindRight = rightOffset + inner * 2 * LANES;
    LongVector pairs0 = LongVector.fromArray(LONGS, right, behindRight);
    LongVector pairs1 = LongVector.fromArray(LONGS, right, behindRight + LANES);
    LongVector z00 = pairs0.add(left[behindLeft]);
    LongVector z01 = pairs1.add(left[behindLeft]);
    LongVector z10 = pairs0.add(left[behindLeft + 1]);
    LongVector z11 = pairs1.add(left[behindLeft + 1]);
    LongVector z20 = pairs0.add(left[behindLeft + 2]);
    LongVector z21 = pairs1.add(left[behindLeft + 2]);
    LongVector z30 = pairs0.add(left[behindLeft + 3]);
    LongVector z31 = pairs1.add(left[behindLeft + 3]);
    int a = leftOffset;
    int b = rightOffset;
    for (int k = 0; k < inner; k += 2) {
      LongVector y0 = LongVector.fromArray(LONGS, right, b);
      LongVector y1 = LongVector.fromArray(LONGS, right, b + LANES);
      LongVector next0 = LongVector.fromArray(LONGS, right, b + 2 * LANES);
      LongVector next1 = LongVector.fromArray(LONGS, right, b + 3 * LANES);
      LongVector x0 = LongVector.broadcast(LONGS, left[a]);
      LongVector xNext0 = LongVector.broadcast(LONGS, left[a + ROWS]);
      z00 = z00.add(x0.add(next0).mul(xNext0.add(y0)));
      z01 = z01.add(x0.add(next1).mul(xNext0.add(y1)));
      LongVector x1 = LongVector.broadcast(LONGS, left[a + 1]);
      LongVector xNext1 = LongVector.broadcast(LONGS, left[a + ROWS + 1]);
      z10 = z10.add(x1.add(next0).mul(xNext1.add(y0)));
      z11 = z11.add(x1.add(next1).mul(xNext1.add(y1)));
      LongVector x2 = LongVector.broadcast(LONGS, left[a + 2]);
      LongVector xNext2 = LongVector.broadcast(LONGS, left[a + ROWS + 2]);
      z20 = z20.add(x2.add(next0).mul(xNext2.add(y0)));
      z21 = z21.add(x2.add(next1).mul(xNext2.add(y1)));
      LongVector x3 = LongVector.broadcast(LONGS, left[a + 3]);
      LongVector xNext3 = LongVector.broadcast(LONGS, left[a + ROWS + 3]);
      z30 = z30.add(x3.add(next0).mul(xNext3.add(y0)));
      z31 = z31.add(x3.add(next1).mul(xNext3.add(y1)));
      a += 2 * ROWS;
      b += 4 * LANES;
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
