package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;

/**
 * The lowest bits of a number, as a number: x modulo a power of two, from 0 on. The cheapest way to
 * make a legal number of whatever somebody shared: legal ones stay what they are.
 *
 * <p>x less 2^m times the exact quotient x / 2^m. That quotient may be wrong by a multiple of
 * 2^(64-m) where |x| is 2^62 or more; times 2^m that is 0 in the ring, so the remainder is right
 * for every ring element.
 *
 * <p>Rounds and bytes: those of an exact truncation by m; 7 and 67 bytes per element for 32 bits.
 * Leaks: shapes.
 */
public final class Remainder {
  private Remainder() {}

  /** x modulo 2^bits, in the shape and format of x, with its range declared. */
  public static SecretTensor of(Backend b, SecretTensor x, int bits) {
    SecretTensor codes = b.reinterpret(x, new FixedPoint(bits));
    // The quotient is rounded to the nearest: less half a unit that is rounding down.
    SecretTensor quotient = b.truncateExactly(b.addCode(codes, -(1L << (bits - 1))), bits);
    SecretTensor multiple = b.reinterpret(b.multiply(quotient, 1L << bits), codes.format());
    SecretTensor rest = b.reinterpret(b.subtract(codes, multiple), x.format());
    return b.within(rest, new ValueRange((1L << bits) - 1));
  }
}
