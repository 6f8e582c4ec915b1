package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend without elements: it follows shapes and formats and adds up declared costs, so a plan
 * is made by running the program itself on nothing.
 */
public final class CostBackend implements Backend {
  private record Outline(Shape shape, FixedPoint format) implements SecretTensor {}

  private record BitOutline(int size) implements SecretBits {}

  private Cost declared = Cost.NONE;

  /** A tensor without elements. */
  public static SecretTensor tensor(Shape shape, FixedPoint format) {
    return new Outline(shape, format);
  }

  /** Counts an opening; there is nothing to open. */
  long[] opened(SecretTensor x) {
    declare(CostTable.open(x.size()));
    return new long[x.size()];
  }

  @Override
  public Cost declared() {
    return declared;
  }

  private void declare(Cost cost) {
    declared = declared.then(cost);
  }

  @Override
  public SecretTensor constant(Shape shape, FixedPoint format, long[] codes) {
    return new Outline(shape, format);
  }

  @Override
  public SecretTensor add(SecretTensor x, SecretTensor y) {
    if (!x.shape().equals(y.shape()) || !x.format().equals(y.format())) {
      throw new IllegalArgumentException(x + " and " + y + " do not match");
    }
    return x;
  }

  @Override
  public SecretTensor subtract(SecretTensor x, SecretTensor y) {
    return add(x, y);
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long k) {
    return x;
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long[] codes, FixedPoint format) {
    return new Outline(x.shape(), x.format().times(format));
  }

  @Override
  public SecretTensor reinterpret(SecretTensor x, FixedPoint format) {
    return new Outline(x.shape(), format);
  }

  @Override
  public SecretTensor reshape(SecretTensor x, Shape shape) {
    if (shape.size() != x.size()) {
      throw new IllegalArgumentException(x + " has not the size of " + shape);
    }
    return new Outline(shape, x.format());
  }

  @Override
  public SecretTensor rows(SecretTensor x, int[] indices) {
    return new Outline(x.shape().withRows(indices.length), x.format());
  }

  @Override
  public SecretTensor columns(SecretTensor x, int from, int to) {
    return new Outline(Shape.matrix(x.shape().rows(), to - from), x.format());
  }

  @Override
  public SecretTensor concatenate(List<SecretTensor> parts) {
    int rows = parts.stream().mapToInt(part -> part.shape().rows()).sum();
    return new Outline(parts.getFirst().shape().withRows(rows), parts.getFirst().format());
  }

  @Override
  public SecretTensor transpose(SecretTensor x) {
    return new Outline(Shape.matrix(x.shape().columns(), x.shape().rows()), x.format());
  }

  @Override
  public SecretTensor sumRows(SecretTensor x) {
    return new Outline(Shape.vector(x.shape().columns()), x.format());
  }

  @Override
  public SecretTensor input(ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    declare(CostTable.input(shape.size()));
    return new Outline(shape, format);
  }

  @Override
  public List<SecretTensor> multiply(List<SecretTensor> x, List<SecretTensor> y) {
    declare(CostTable.product(x.stream().mapToLong(SecretTensor::size).sum()));
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      results.add(new Outline(x.get(i).shape(), x.get(i).format().times(y.get(i).format())));
    }
    return results;
  }

  @Override
  public SecretTensor matmul(
      SecretTensor x, boolean transposeX, SecretTensor y, boolean transposeY) {
    return matmul(List.of(new Factors(x, transposeX, y, transposeY))).getFirst();
  }

  @Override
  public List<SecretTensor> matmul(List<Factors> factors) {
    List<SecretTensor> results = factors.stream().map(CostBackend::outlineOf).toList();
    declare(CostTable.product(results.stream().mapToLong(SecretTensor::size).sum()));
    return results;
  }

  private static SecretTensor outlineOf(Factors f) {
    Shape x = f.x().shape();
    Shape y = f.y().shape();
    int inner = f.transposeX() ? x.rows() : x.columns();
    if (inner != (f.transposeY() ? y.columns() : y.rows())) {
      throw new IllegalArgumentException(f + " have no product");
    }
    int height = f.transposeX() ? x.columns() : x.rows();
    int width = f.transposeY() ? y.rows() : y.columns();
    return new Outline(Shape.matrix(height, width), f.x().format().times(f.y().format()));
  }

  @Override
  public SecretTensor dotRows(SecretTensor x, SecretTensor y) {
    declare(CostTable.product(x.shape().columns()));
    return new Outline(Shape.vector(x.shape().columns()), x.format().times(y.format()));
  }

  @Override
  public List<SecretTensor> truncate(List<SecretTensor> x, int[] bits) {
    declare(CostTable.truncate(x.stream().mapToLong(SecretTensor::size).toArray(), bits));
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      results.add(shortened(x.get(i), bits[i]));
    }
    return results;
  }

  @Override
  public SecretTensor truncateExactly(SecretTensor x, int bits) {
    declare(CostTable.truncateExactly(x.size(), bits));
    return shortened(x, bits);
  }

  private static SecretTensor shortened(SecretTensor x, int bits) {
    return new Outline(x.shape(), new FixedPoint(x.format().fractionBits() - bits));
  }

  @Override
  public SecretBits negative(SecretTensor x, int width) {
    declare(CostTable.negative(x.size(), width));
    return new BitOutline(x.size());
  }

  @Override
  public List<SecretBits> bitsOf(SecretTensor x, int width) {
    declare(CostTable.bitsOf(x.size(), width));
    List<SecretBits> bits = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      bits.add(new BitOutline(x.size()));
    }
    return bits;
  }

  @Override
  public SecretBits xor(SecretBits x, SecretBits y) {
    return x;
  }

  @Override
  public SecretBits not(SecretBits x) {
    return x;
  }

  @Override
  public SecretBits concatenateBits(List<SecretBits> parts) {
    return new BitOutline(parts.stream().mapToInt(SecretBits::size).sum());
  }

  @Override
  public SecretBits slice(SecretBits x, int from, int to) {
    return new BitOutline(to - from);
  }

  @Override
  public List<SecretBits> and(List<SecretBits> x, List<SecretBits> y) {
    declare(CostTable.and(x.stream().mapToLong(bits -> CostTable.words(bits.size())).sum()));
    return List.copyOf(x);
  }

  @Override
  public BitProducts bitProducts(
      List<SecretBits> converted, List<SecretBits> selectors, List<SecretTensor> values) {
    declare(
        CostTable.bitProducts(
            converted.stream().mapToLong(SecretBits::size).sum(),
            selectors.stream().mapToLong(SecretBits::size).sum()));
    List<SecretTensor> integers = new ArrayList<>();
    for (SecretBits bits : converted) {
      integers.add(new Outline(Shape.vector(bits.size()), FixedPoint.INTEGER));
    }
    return new BitProducts(integers, List.copyOf(values));
  }

  @Override
  public SecretTensor wordToArithmetic(List<SecretBits> bits) {
    int size = bits.getFirst().size();
    declare(CostTable.wordToArithmetic(size, bits.size()));
    return new Outline(Shape.vector(size), FixedPoint.INTEGER);
  }

  @Override
  public long[] open(SecretTensor x, Disclosure disclosure) {
    throw new UnsupportedOperationException("a plan opens nothing");
  }

  @Override
  public long[] share(SecretTensor x, Disclosure disclosure) {
    throw new UnsupportedOperationException("a plan opens nothing");
  }
}
