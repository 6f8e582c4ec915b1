package io.consilium.protocols.ring;

import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The two factors of a bilinear map, in the clear or as the shares of one party.
 *
 * @param <T> what a factor is
 */
sealed interface Factors<T> {
  /** The left factor of the product, each array read as {@code reading} says. */
  Operand left(Function<T, Operand> reading);

  /** The right factor of the product. */
  Operand right(Function<T, Operand> reading);

  /** Checks the size of everything on the left and on the right. */
  void requireLengths(ToIntFunction<T> length, int left, int right);

  private static <T> void require(ToIntFunction<T> length, T factor, int expected) {
    if (length.applyAsInt(factor) != expected) {
      throw new IllegalArgumentException(
          "a factor of " + length.applyAsInt(factor) + " elements, not " + expected);
    }
  }

  /** One array each. */
  record Plain<T>(T x, T y) implements Factors<T> {
    @Override
    public Operand left(Function<T, Operand> reading) {
      return reading.apply(x);
    }

    @Override
    public Operand right(Function<T, Operand> reading) {
      return reading.apply(y);
    }

    @Override
    public void requireLengths(ToIntFunction<T> length, int left, int right) {
      Factors.require(length, x, left);
      Factors.require(length, y, right);
    }
  }

  /**
   * Two of three additive shares each. What the holder contributes to the product (Araki et al.,
   * CCS 2016, section 2.2), xOwn * yOwn + xOwn * yNext + xNext * yOwn, is the one product
   *
   * <pre>[xOwn + xNext | xOwn] * [yOwn ; yNext]</pre>
   *
   * of twice the inner length, so nothing is multiplied three times and no sum is stored.
   */
  record Replicated<T>(T xOwn, T xNext, T yOwn, T yNext) implements Factors<T> {
    @Override
    public Operand left(Function<T, Operand> reading) {
      Operand own = reading.apply(xOwn);
      return new StackedOperand(new SummedOperand(own, reading.apply(xNext)), own);
    }

    @Override
    public Operand right(Function<T, Operand> reading) {
      return new StackedOperand(reading.apply(yOwn), reading.apply(yNext));
    }

    @Override
    public void requireLengths(ToIntFunction<T> length, int left, int right) {
      Factors.require(length, xOwn, left);
      Factors.require(length, xNext, left);
      Factors.require(length, yOwn, right);
      Factors.require(length, yNext, right);
    }
  }
}
