package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import java.util.List;
import java.util.Optional;

/**
 * The mean of every window; padding counts as zero.
 *
 * <p>Shape: [n, channels, spatial...] to the same rank. Local, but for 2 rounds where the operand
 * has too many fraction bits. The mean is a sum times a public factor: it adds the bits of a power
 * of two, or {@value #FACTOR_BITS} more than the size of the window has.
 */
public record AveragePool(Window window) implements Layer {
  static final int FACTOR_BITS = 9;

  @Override
  public Shape output(Shape input) {
    return Places.of(window, input).output();
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return List.of();
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Places places = Places.of(window, Pass.rowShape(x));
    Shape pooled = MaxPool.batch(x.shape().rows(), places.output());
    return Mean.applied(pass, x, places.sums(), places.volume(), pooled);
  }

  /** One over the size of the window, as it is represented. */
  public double factor() {
    return Mean.factor(window.size().stream().reduce(1, Math::multiplyExact));
  }

  /** A mean of so many elements of a channel. */
  record Mean(Shape input, ColumnSums sums, int count, SecretTensor output) implements Applied {
    static Mean applied(Pass pass, SecretTensor wide, ColumnSums sums, int count, Shape pooled) {
      SecretTensor x = pass.shortened(wide, Ranges.INPUT_BITS_MAX);
      SecretTensor mean = times(pass.backend(), x, sums, count);
      return new Mean(x.shape(), sums, count, pass.backend().reshape(mean, pooled));
    }

    private static SecretTensor times(Backend b, SecretTensor x, ColumnSums sums, int count) {
      int columns = sums.columns();
      SecretTensor planes = b.reshape(x, Shape.matrix(x.size() / columns, columns));
      SecretTensor sum = b.sumColumns(planes, sums);
      FixedPoint format = format(count);
      return b.reinterpret(b.multiply(sum, code(count)), x.format().times(format));
    }

    private static FixedPoint format(int count) {
      int bits = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
      return new FixedPoint(Integer.bitCount(count) == 1 ? bits : bits + FACTOR_BITS);
    }

    private static long code(int count) {
      return format(count).encode(1.0 / count);
    }

    static double factor(int count) {
      return format(count).decode(code(count));
    }

    /** The same factor, spread by the transposed sums. */
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      if (!wantsError) {
        return new Derivatives(Optional.empty(), List.of());
      }
      Backend b = pass.backend();
      SecretTensor e = pass.shortened(error, Ranges.ERROR_BITS_MAX);
      SecretTensor spread = times(b, e, sums.transposed(), count);
      return new Derivatives(Optional.of(b.reshape(spread, input)), List.of());
    }
  }
}
