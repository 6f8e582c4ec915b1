package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * A positive number brought into [1/2, 1): c = x * factor / 2^31, where the factor is the power of
 * two that moves the top bit of x to bit 30. Zero has the factor 0.
 *
 * <p>The bits of x, a prefix OR from the top (Sklansky), the top bit as a one-hot word, and that
 * word read backwards as an integer. Domain: codes in [0, 2^31). Rounds: 17 with the product and
 * its truncation.
 *
 * @param mantissa c with {@link #MANTISSA} fraction bits
 * @param factor the integer factor, a power of two or 0
 * @param topBit bit j of the one-hot word: whether j is the highest bit of x
 */
record Normalised(SecretTensor mantissa, SecretTensor factor, List<SecretBits> topBit) {
  /** Bits of a code that can be normalised. */
  static final int WIDTH = 31;

  /** The format of the mantissa. */
  static final FixedPoint MANTISSA = new FixedPoint(20);

  static Normalised of(Backend b, SecretTensor x) {
    SecretTensor flat = b.reinterpret(b.reshape(x, Shape.vector(x.size())), FixedPoint.INTEGER);
    List<SecretBits> topBit = TopBit.of(b, b.bitsOf(flat, WIDTH));
    SecretTensor factor = b.wordToArithmetic(topBit.reversed());
    SecretTensor scaled = b.reinterpret(b.multiply(flat, factor), new FixedPoint(WIDTH));
    SecretTensor mantissa = b.truncate(scaled, WIDTH - MANTISSA.fractionBits());
    return new Normalised(mantissa, factor, topBit);
  }
}
