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
 * Values cut off at a bound on both sides: two signs and two bits times values, all in the rounds
 * of one. Exact within the declared ranges.
 *
 * <p>Rounds: 7 for codes of 31 bits and a sign. Bytes per element: 108.
 */
public final class Clip {
  private Clip() {}

  /**
   * Each tensor cut off at plus and minus its positive code.
   *
   * @param x with declared ranges
   */
  public static List<SecretTensor> of(Backend b, List<SecretTensor> x, long[] bounds) {
    List<SecretTensor> excess = new ArrayList<>();
    for (int i = 0; i < bounds.length; i++) {
      SecretTensor codes =
          b.reinterpret(b.reshape(x.get(i), Shape.vector(x.get(i).size())), FixedPoint.INTEGER);
      excess.add(b.addCode(codes, bounds[i]));
      excess.add(b.addCode(b.negate(codes), bounds[i]));
    }
    SecretTensor all = b.concatenate(excess);
    SecretBits beyond = b.negative(all);
    // x + bound where it is negative, and bound - x likewise: what has to be taken away.
    SecretTensor taken = b.select(beyond, all);
    List<SecretTensor> clipped = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < bounds.length; i++) {
      SecretTensor tensor = x.get(i);
      int n = tensor.size();
      SecretTensor below = b.rowRange(taken, at, at + n);
      SecretTensor above = b.rowRange(taken, at + n, at + 2 * n);
      SecretTensor change = b.reshape(b.subtract(above, below), tensor.shape());
      SecretTensor result = b.add(tensor, b.reinterpret(change, tensor.format()));
      clipped.add(b.within(result, new ValueRange(bounds[i])));
      at += 2 * n;
    }
    return clipped;
  }
}
