package io.consilium.protocols;

import io.consilium.protocols.ring.ColumnSums;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.List;

/**
 * What is public of a secret tensor, and how instructions derive it: shape, fixed-point format and
 * declared value range. All backends and the planner use these rules, so a program that does not
 * fit fails everywhere alike and before anything is sent.
 */
public record TensorType(Shape shape, FixedPoint format, ValueRange range) {
  /** A type without a declared range. */
  public static TensorType of(Shape shape, FixedPoint format) {
    return new TensorType(shape, format, ValueRange.UNDECLARED);
  }

  /** A tensor of public codes. */
  public static TensorType constant(Shape shape, FixedPoint format, long[] codes) {
    if (codes.length != shape.size()) {
      throw new IllegalArgumentException(codes.length + " codes do not fit the shape " + shape);
    }
    return new TensorType(shape, format, ValueRange.of(codes));
  }

  /** Bits as integers 0 and 1. */
  public static TensorType integersOf(SecretBits bits) {
    return new TensorType(Shape.vector(bits.size()), FixedPoint.INTEGER, ValueRange.ofBits());
  }

  /** The integer whose bits are given. */
  public static TensorType wordOf(List<SecretBits> bits) {
    return new TensorType(
        Shape.vector(bits.getFirst().size()),
        FixedPoint.INTEGER,
        new ValueRange((1L << bits.size()) - 1));
  }

  public int size() {
    return shape.size();
  }

  /** The same tensor with another promise. */
  public TensorType within(ValueRange promised) {
    return new TensorType(shape, format, promised);
  }

  /** A sum or a difference. */
  public TensorType sum(TensorType other) {
    if (!shape.equals(other.shape) || !format.equals(other.format)) {
      throw new IllegalArgumentException(this + " and " + other + " do not match");
    }
    return within(range.plus(other.range));
  }

  /** A public number added. */
  public TensorType plus(long code) {
    return within(range.plus(ValueRange.of(new long[] {code})));
  }

  /** Times a public integer. */
  public TensorType times(long k) {
    return within(range.times(ValueRange.of(new long[] {k})));
  }

  /** Times public codes. */
  public TensorType times(long[] codes, FixedPoint other) {
    if (codes.length != size()) {
      throw new IllegalArgumentException(codes.length + " codes do not fit " + this);
    }
    return new TensorType(shape, format.times(other), range.times(ValueRange.of(codes)));
  }

  public TensorType as(FixedPoint other) {
    return new TensorType(shape, other, range);
  }

  public TensorType reshaped(Shape other) {
    if (other.size() != size()) {
      throw new IllegalArgumentException(this + " has not the size of " + other);
    }
    return new TensorType(other, format, range);
  }

  public TensorType rows(int[] indices) {
    for (int index : indices) {
      if (index < 0 || index >= shape.rows()) {
        throw new IllegalArgumentException(this + " has no row " + index);
      }
    }
    return new TensorType(shape.withRows(indices.length), format, range);
  }

  public TensorType columns(int from, int to) {
    if (from < 0 || to < from || to > shape.columns()) {
      throw new IllegalArgumentException(this + " has no columns " + from + " to " + to);
    }
    return new TensorType(Shape.matrix(shape.rows(), to - from), format, range);
  }

  /** Tensors one behind the other along the outermost dimension. */
  public static TensorType concatenated(List<TensorType> parts) {
    TensorType first = parts.getFirst();
    int rows = 0;
    ValueRange range = first.range;
    for (TensorType part : parts) {
      if (part.shape.columns() != first.shape.columns() || !part.format.equals(first.format)) {
        throw new IllegalArgumentException(part + " does not fit behind " + first);
      }
      rows += part.shape.rows();
      range = range.or(part.range);
    }
    return new TensorType(first.shape.withRows(rows), first.format, range);
  }

  public TensorType transposed() {
    return new TensorType(Shape.matrix(shape.columns(), shape.rows()), format, range);
  }

  public TensorType rowSum() {
    return new TensorType(Shape.vector(shape.columns()), format, range.times(shape.rows()));
  }

  /** Element by element. */
  public TensorType product(TensorType other) {
    if (size() != other.size()) {
      throw new IllegalArgumentException(this + " and " + other + " are not of one size");
    }
    return new TensorType(shape, format.times(other.format), range.times(other.range));
  }

  /** Sums of columns of parts that lie side by side. */
  public static TensorType columnSums(List<TensorType> parts, ColumnSums sums) {
    TensorType first = parts.getFirst();
    int columns = 0;
    ValueRange range = first.range;
    for (TensorType part : parts) {
      if (part.shape.rows() != first.shape.rows() || !part.format.equals(first.format)) {
        throw new IllegalArgumentException(part + " does not fit beside " + first);
      }
      columns += part.shape.columns();
      range = range.or(part.range);
    }
    if (columns != sums.columns()) {
      throw new IllegalArgumentException(columns + " columns, not " + sums.columns());
    }
    Shape shape = Shape.matrix(first.shape.rows(), sums.sums());
    return new TensorType(shape, first.format, range.times(sums.longest()));
  }

  /** Weights with an input. */
  TensorType convolution(ConvolutionGeometry geometry, TensorType input) {
    requireShape(geometry.weightShape());
    input.requireShape(geometry.inputShape());
    int channels = geometry.inputChannels() / geometry.groups();
    return sumsOfProducts(input, geometry.outputShape(), channels * geometry.kernelVolume());
  }

  /** Weights with the error of the output. */
  TensorType inputGradient(ConvolutionGeometry geometry, TensorType error) {
    requireShape(geometry.weightShape());
    error.requireShape(geometry.outputShape());
    int channels = geometry.outputChannels() / geometry.groups();
    return sumsOfProducts(error, geometry.inputShape(), channels * geometry.kernelVolume());
  }

  /** The input with the error of the output. */
  TensorType weightGradient(ConvolutionGeometry geometry, TensorType error) {
    requireShape(geometry.inputShape());
    error.requireShape(geometry.outputShape());
    int summands = geometry.outputElements() / geometry.outputChannels();
    return sumsOfProducts(error, geometry.weightShape(), summands);
  }

  private void requireShape(List<Integer> expected) {
    if (!shape.dimensions().equals(expected)) {
      throw new IllegalArgumentException(this + " has not the shape " + expected);
    }
  }

  private TensorType sumsOfProducts(TensorType other, List<Integer> dimensions, int summands) {
    return new TensorType(
        new Shape(dimensions),
        format.times(other.format),
        range.times(other.range).times(summands));
  }

  public TensorType matrixProduct(boolean transpose, TensorType other, boolean transposeOther) {
    int height = transpose ? shape.columns() : shape.rows();
    int inner = transpose ? shape.rows() : shape.columns();
    int innerOther = transposeOther ? other.shape.columns() : other.shape.rows();
    int width = transposeOther ? other.shape.rows() : other.shape.columns();
    if (inner != innerOther) {
      throw new IllegalArgumentException(
          "inner dimensions differ: "
              + inner
              + " of "
              + this
              + " and "
              + innerOther
              + " of "
              + other);
    }
    return new TensorType(
        Shape.matrix(height, width),
        format.times(other.format),
        range.times(other.range).times(inner));
  }

  /** Column by column the sum of products. */
  public TensorType columnDots(TensorType other) {
    if (!shape.equals(other.shape)) {
      throw new IllegalArgumentException(this + " and " + other + " are not of one shape");
    }
    return new TensorType(
        Shape.vector(shape.columns()),
        format.times(other.format),
        range.times(other.range).times(shape.rows()));
  }

  /** Divided by 2^bits. */
  public TensorType shortened(int bits) {
    return new TensorType(
        shape, new FixedPoint(format.fractionBits() - bits), range.shortened(bits));
  }

  /**
   * Checks the width of a comparison.
   *
   * @throws RangeException if it is too narrow for the declared range
   */
  public void requireComparable(int width) {
    if (range.isDeclared() && width < range.comparisonWidth()) {
      throw new RangeException("a comparison of " + width + " bits is too narrow for " + this);
    }
  }

  @Override
  public String toString() {
    String promise = range.isDeclared() ? ", " + range : "";
    return shape + " with " + format.fractionBits() + " fraction bits" + promise;
  }
}
