package io.consilium.protocols.clear;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.clear.BrokenRange.Promise;
import io.consilium.protocols.ring.ColumnSums;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks at the codes of every instruction for what the ring would hide: a range that is not kept, a
 * truncation or a comparison of too much, a sum or product that wraps around.
 */
final class RangeWatch {
  /** From here on a truncation on shares is wrong with a probability that counts. */
  private static final double TRUNCATED_END = 0x1p61;

  private static final double RING_END = 0x1p63;

  private final Consumer<BrokenRange> told;

  RangeWatch(Consumer<BrokenRange> told) {
    this.told = told;
  }

  void declared(ClearTensor x) {
    if (x.type().range().isDeclared()) {
      require(Promise.DECLARED, x.type(), largest(x.codes()), (double) x.type().range().codeMax());
    }
  }

  void truncated(SecretTensor x) {
    require(Promise.TRUNCATED, x.type(), largest(ClearTensor.codes(x)), TRUNCATED_END);
  }

  void compared(SecretTensor x, int width) {
    double end = Math.scalb(1.0, width - 1);
    require(Promise.COMPARED, x.type(), largest(ClearTensor.codes(x)), end);
  }

  void summed(TensorType type, SecretTensor x, SecretTensor y, int sign) {
    long[] left = ClearTensor.codes(x);
    long[] right = ClearTensor.codes(y);
    double largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs((double) left[i] + sign * (double) right[i]));
    }
    notWrapped(type, largest);
  }

  void scaled(TensorType type, SecretTensor x, long k) {
    notWrapped(type, largest(ClearTensor.codes(x)) * Math.abs((double) k));
  }

  /** Element by element. */
  void scaled(TensorType type, SecretTensor x, long[] factors) {
    long[] codes = ClearTensor.codes(x);
    double largest = 0;
    for (int i = 0; i < codes.length; i++) {
      largest = Math.max(largest, Math.abs((double) codes[i] * (double) factors[i]));
    }
    notWrapped(type, largest);
  }

  void summedRows(TensorType type, SecretTensor x) {
    double[] sums = new double[type.size()];
    long[] codes = ClearTensor.codes(x);
    for (int i = 0; i < codes.length; i++) {
      sums[i % sums.length] += (double) codes[i];
    }
    notWrapped(type, largest(sums));
  }

  /** Of the columns of two matrices. */
  void dots(TensorType type, SecretTensor x, SecretTensor y) {
    double[] sums = new double[type.size()];
    long[] left = ClearTensor.codes(x);
    long[] right = ClearTensor.codes(y);
    for (int i = 0; i < left.length; i++) {
      sums[i % sums.length] += (double) left[i] * (double) right[i];
    }
    notWrapped(type, largest(sums));
  }

  /** By a bound. */
  void summedColumns(TensorType type, List<SecretTensor> parts, ColumnSums sums) {
    double largest =
        parts.stream().mapToDouble(part -> largest(ClearTensor.codes(part))).max().orElse(0);
    notWrapped(type, largest * sums.longest());
  }

  /** The largest absolute value that a sum or a product has as an integer. */
  void notWrapped(TensorType type, double largest) {
    require(Promise.NOT_WRAPPED, type, largest, RING_END);
  }

  private void require(Promise promise, TensorType type, double largest, double most) {
    if (largest > most) {
      double unit = Math.scalb(1.0, -type.format().fractionBits());
      told.accept(new BrokenRange(promise, type, largest * unit, most * unit));
    }
  }

  /** The codes, those outside a range moved to its end. */
  static long[] clamped(long[] codes, ValueRange range) {
    long most = range.codeMax();
    return Arrays.stream(codes).map(code -> Math.clamp(code, -most, most)).toArray();
  }

  static double largest(long[] codes) {
    double largest = 0;
    for (long code : codes) {
      largest = Math.max(largest, Math.abs((double) code));
    }
    return largest;
  }

  private static double largest(double[] sums) {
    return Arrays.stream(sums).map(Math::abs).max().orElse(0);
  }
}
