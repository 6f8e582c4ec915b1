package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.ring.ColumnSums;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend without elements: it follows shapes and formats and adds up declared costs, so a plan
 * is made by running the program itself on nothing.
 */
public final class CostBackend implements Backend {
  private record Outline(TensorType type) implements SecretTensor {}

  private record BitOutline(int size) implements SecretBits {}

  private Cost declared = Cost.NONE;

  /** A tensor without elements. */
  public static SecretTensor tensor(Shape shape, FixedPoint format) {
    return new Outline(TensorType.of(shape, format));
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
    return new Outline(TensorType.constant(shape, format, codes));
  }

  @Override
  public SecretTensor within(SecretTensor x, ValueRange range) {
    return new Outline(x.type().within(range));
  }

  @Override
  public SecretTensor assumeWithin(SecretTensor x, ValueRange range) {
    return within(x, range);
  }

  @Override
  public SecretTensor add(SecretTensor x, SecretTensor y) {
    return new Outline(x.type().sum(y.type()));
  }

  @Override
  public SecretTensor subtract(SecretTensor x, SecretTensor y) {
    return add(x, y);
  }

  @Override
  public SecretTensor addCode(SecretTensor x, long code) {
    return new Outline(x.type().plus(code));
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long k) {
    return new Outline(x.type().times(k));
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long[] codes, FixedPoint format) {
    return new Outline(x.type().times(codes, format));
  }

  @Override
  public SecretTensor reinterpret(SecretTensor x, FixedPoint format) {
    return new Outline(x.type().as(format));
  }

  @Override
  public SecretTensor reshape(SecretTensor x, Shape shape) {
    return new Outline(x.type().reshaped(shape));
  }

  @Override
  public SecretTensor rows(SecretTensor x, int[] indices) {
    return new Outline(x.type().rows(indices));
  }

  @Override
  public SecretTensor columns(SecretTensor x, int from, int to) {
    return new Outline(x.type().columns(from, to));
  }

  @Override
  public SecretTensor concatenate(List<SecretTensor> parts) {
    return new Outline(TensorType.concatenated(parts.stream().map(SecretTensor::type).toList()));
  }

  @Override
  public SecretTensor transpose(SecretTensor x) {
    return new Outline(x.type().transposed());
  }

  @Override
  public SecretTensor sumRows(SecretTensor x) {
    return new Outline(x.type().rowSum());
  }

  @Override
  public SecretTensor input(ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    declare(CostTable.input(shape.size()));
    return tensor(shape, format);
  }

  @Override
  public List<SecretTensor> multiply(List<SecretTensor> x, List<SecretTensor> y) {
    declare(CostTable.product(x.stream().mapToLong(SecretTensor::size).sum()));
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      results.add(new Outline(x.get(i).type().product(y.get(i).type())));
    }
    return results;
  }

  @Override
  public SecretTensor sumColumns(List<SecretTensor> parts, ColumnSums sums) {
    return new Outline(
        TensorType.columnSums(parts.stream().map(SecretTensor::type).toList(), sums));
  }

  @Override
  public List<SecretTensor> products(List<? extends SecretProduct> products) {
    List<SecretTensor> results = new ArrayList<>();
    for (SecretProduct product : products) {
      results.add(new Outline(product.type()));
    }
    declare(CostTable.product(results.stream().mapToLong(SecretTensor::size).sum()));
    return results;
  }

  @Override
  public SecretTensor dotRows(SecretTensor x, SecretTensor y) {
    declare(CostTable.product(x.shape().columns()));
    return new Outline(x.type().columnDots(y.type()));
  }

  @Override
  public List<SecretTensor> truncate(List<SecretTensor> x, int[] bits) {
    declare(CostTable.truncate(x.stream().mapToLong(SecretTensor::size).toArray(), bits));
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      results.add(new Outline(x.get(i).type().shortened(bits[i])));
    }
    return results;
  }

  @Override
  public SecretTensor truncateExactly(SecretTensor x, int bits) {
    declare(CostTable.truncateExactly(x.size(), bits));
    return new Outline(x.type().shortened(bits));
  }

  @Override
  public SecretBits negative(SecretTensor x, int width) {
    x.type().requireComparable(width);
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
      integers.add(new Outline(TensorType.integersOf(bits)));
    }
    return new BitProducts(integers, List.copyOf(values));
  }

  @Override
  public SecretTensor wordToArithmetic(List<SecretBits> bits) {
    declare(CostTable.wordToArithmetic(bits.getFirst().size(), bits.size()));
    return new Outline(TensorType.wordOf(bits));
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
