package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Bits and one-hot vectors out of whatever ring elements somebody shared; what is a bit or a
 * one-hot vector stays what it is. Leaks: shapes.
 */
public final class OneHot {
  /** Bits are taken two or more at a time. */
  private static final int BITS_MIN = 2;

  private OneHot() {}

  /** The lowest bit of every element. Rounds: 2. Bytes per element: 0.5. */
  public static SecretBits parity(Backend b, SecretTensor x) {
    SecretTensor flat = b.reshape(x, Shape.vector(x.size()));
    return b.bitsOf(b.reinterpret(flat, FixedPoint.INTEGER), BITS_MIN).getFirst();
  }

  /**
   * Rows with exactly a single 1: at the last place whose element is odd, or at the first place if
   * no other is.
   *
   * <p>Shape: [n, k] to [n, k] integers. Rounds: 4 and one for each doubling of k. Bytes per row:
   * about 25 k.
   */
  public static SecretTensor of(Backend b, SecretTensor x) {
    int rows = x.shape().rows();
    int columns = x.shape().columns();
    if (columns < 2) {
      throw new IllegalArgumentException("a choice of " + columns);
    }
    SecretBits odd = parity(b, b.transpose(x));
    List<SecretBits> others = new ArrayList<>();
    for (int k = 1; k < columns; k++) {
      others.add(b.slice(odd, k * rows, (k + 1) * rows));
    }
    SecretTensor chosen =
        b.reshape(
            b.toArithmetic(b.concatenateBits(TopBit.of(b, others))),
            Shape.matrix(columns - 1, rows));
    SecretTensor first = b.addCode(b.negate(b.sumRows(chosen)), 1);
    SecretTensor all = b.concatenate(List.of(b.reshape(first, Shape.matrix(1, rows)), chosen));
    return b.within(b.transpose(all), ValueRange.ofBits());
  }
}
