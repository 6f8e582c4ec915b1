package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Values moved into an interval, whatever ring elements they are: for what somebody shared who may
 * not keep to the rules. {@link Clip} costs less and needs a declared range.
 *
 * <p>With u = x - low and w = high - low, x lies in the interval if and only if u is not negative
 * and u - w - 1 is, both as signs of all 64 bits: where u is not negative, u - w - 1 cannot wrap
 * around. Where u is negative, x is below, or so far above that nobody can tell; both become low.
 *
 * <p>Rounds: 9 for each 2^18 elements begun. Bytes per element: 158. Leaks: shapes.
 */
public final class Clamp {
  /** Elements compared together: the bits of more take more memory than their rounds save time. */
  private static final int ELEMENTS_TOGETHER_MAX = 1 << 18;

  private Clamp() {}

  /**
   * Each tensor between two public codes.
   *
   * @param low of each tensor
   * @param high of each tensor, not less than low
   * @return tensors with declared ranges
   */
  public static List<SecretTensor> of(Backend b, List<SecretTensor> x, long[] low, long[] high) {
    List<SecretTensor> shifted = new ArrayList<>();
    List<SecretTensor> widths = new ArrayList<>();
    for (int i = 0; i < low.length; i++) {
      SecretTensor codes = integers(b, x.get(i));
      shifted.add(b.addCode(codes, -low[i]));
      long[] width = new long[codes.size()];
      Arrays.fill(width, high[i] - low[i]);
      widths.add(b.constant(codes.shape(), FixedPoint.INTEGER, width));
    }
    SecretTensor between = inParts(b, b.concatenate(shifted), b.concatenate(widths));
    List<SecretTensor> clamped = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < low.length; i++) {
      SecretTensor tensor = x.get(i);
      SecretTensor own = b.addCode(b.rowRange(between, at, at + tensor.size()), low[i]);
      SecretTensor result = b.reinterpret(b.reshape(own, tensor.shape()), tensor.format());
      clamped.add(b.within(result, ValueRange.of(new long[] {low[i], high[i]})));
      at += tensor.size();
    }
    return clamped;
  }

  /** One tensor between two public codes. */
  public static SecretTensor of(Backend b, SecretTensor x, long low, long high) {
    return of(b, List.of(x), new long[] {low}, new long[] {high}).getFirst();
  }

  /**
   * A tensor between minus and plus bounds that nobody knows, element by element.
   *
   * @param bounds of the shape and format of x, from 0 to a declared range
   */
  public static SecretTensor within(Backend b, SecretTensor x, SecretTensor bounds) {
    SecretTensor half = integers(b, bounds);
    SecretTensor shifted = b.add(integers(b, x), half);
    SecretTensor between = inParts(b, shifted, b.multiply(half, 2));
    SecretTensor result = b.subtract(between, half);
    return b.within(b.reinterpret(b.reshape(result, x.shape()), x.format()), bounds.range());
  }

  private static SecretTensor inParts(Backend b, SecretTensor u, SecretTensor w) {
    int n = u.size();
    if (n <= ELEMENTS_TOGETHER_MAX) {
      return fromZero(b, u, w);
    }
    List<SecretTensor> parts = new ArrayList<>();
    for (int from = 0; from < n; from += ELEMENTS_TOGETHER_MAX) {
      int first = from;
      int to = Math.min(from + ELEMENTS_TOGETHER_MAX, n);
      parts.addAll(
          b.scoped(() -> List.of(fromZero(b, b.rowRange(u, first, to), b.rowRange(w, first, to)))));
    }
    return b.concatenate(parts);
  }

  /** Vectors of integers: u between 0 and w. */
  private static SecretTensor fromZero(Backend b, SecretTensor u, SecretTensor w) {
    int n = u.size();
    SecretTensor beyond = b.addCode(b.subtract(u, w), -1);
    SecretBits signs = b.negative(b.concatenate(List.of(u, beyond)), Long.SIZE);
    SecretBits notBelow = b.not(b.slice(signs, 0, n));
    SecretBits inside = b.and(notBelow, b.slice(signs, n, 2 * n));
    SecretBits above = b.xor(notBelow, inside);
    List<SecretTensor> parts =
        b.bitProducts(List.of(), List.of(inside, above), List.of(u, w)).products();
    return b.add(parts.getFirst(), parts.getLast());
  }

  private static SecretTensor integers(Backend b, SecretTensor x) {
    return b.reinterpret(b.reshape(x, Shape.vector(x.size())), FixedPoint.INTEGER);
  }
}
