package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;

/**
 * Metrics that records may leave without a value, such as the area under the curve of a single
 * class. That there is none is a value of the metric like any other: it is opened in place of the
 * number, as a code that no number has, and nothing else is opened.
 */
final class Undefined {
  /** No released number is as large: they stay below 2^48. */
  static final long CODE = 1L << 62;

  private Undefined() {}

  /**
   * The value, or the code of no value where a bit is 1.
   *
   * <p>Rounds: 2. Bytes per element: 32.
   */
  static SecretTensor where(Backend b, SecretBits undefined, SecretTensor value) {
    SecretTensor flat = Arrangement.flat(b, value);
    SecretTensor change = b.addCode(b.negate(flat), CODE);
    return b.reshape(b.add(flat, b.select(undefined, change)), value.shape());
  }

  /** The numbers of opened codes; {@link Double#NaN} for no value. */
  static double[] decoded(FixedPoint format, long[] codes) {
    double[] numbers = format.decode(codes);
    for (int i = 0; i < codes.length; i++) {
      numbers[i] = codes[i] == CODE ? Double.NaN : numbers[i];
    }
    return numbers;
  }
}
