package io.consilium.training.network;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ValueRange;

/**
 * What every tensor of a step may hold, in one place. Beyond it results are wrong, not insecure.
 *
 * <pre>
 * tensor                      fraction bits   values            because
 * parameters                  16              below 2^13        their product with an input
 * input of a layer            at most 24      below 2^8         the sign of 33 bits
 * difference in a window      at most 24      below 2^8         the sign of 33 bits
 * output of a product         at most 40      below 2^21        codes below 2^61 before truncation
 * logits of softmax           at most 40      below 768         and their constant of 14 bits
 * error at a product          at most 32      below 2^8         the sum of its products
 * error behind a product      at most 48      below 2^13        codes below 2^61 before truncation
 * gradient, sum of a batch    at most 40      below 2^21        the sum of an update, see Sgd
 * </pre>
 */
final class Ranges {
  /** Parameters, and whatever has been shortened. */
  static final FixedPoint DEFAULT = new FixedPoint(16);

  /** Codes of parameters. */
  static final ValueRange OF_PARAMETERS = ValueRange.of(DEFAULT, (1 << 13) - 1);

  /** Fraction bits that the input of a product or of a comparison may have. */
  static final int INPUT_BITS_MAX = 24;

  /** Bits before the point of such an input, and of an error at a product. */
  static final int INPUT_WHOLE_BITS = 8;

  /** Fraction bits that an error may have where it is multiplied by parameters. */
  static final int ERROR_BITS_MAX = 32;

  /** A comparison of 33 bits: 24 fraction bits, 8 before the point, a sign; eight blocks of 4. */
  static final ValueRange OF_SIGN = ValueRange.ofWidth(33);

  /** Logits of softmax stay below it. */
  static final double LOGIT_MAX = 768;

  /** Bits of codes before a truncation. */
  static final int CODE_BITS_MAX = 61;

  private Ranges() {}
}
