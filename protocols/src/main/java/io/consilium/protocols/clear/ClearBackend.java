package io.consilium.protocols.clear;

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
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.ring.ColumnSums;
import io.consilium.protocols.ring.RingConvolution;
import io.consilium.protocols.ring.RingMatrix;
import io.consilium.protocols.ring.RingVector;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The reference: every instruction on plain integers modulo 2^64, truncation rounded to nearest. It
 * declares the same costs as the suite rep3, so a dry run on it is a plan.
 *
 * <p>Security: none. It is for tests, plans and the plaintext twin; nothing secret is put into it.
 */
public final class ClearBackend implements Backend {
  private final Optional<RangeWatch> watch;
  private Cost declared = Cost.NONE;

  /** The reference; a declared range that is not kept ends the program. */
  public ClearBackend() {
    this.watch = Optional.empty();
  }

  private ClearBackend(Consumer<BrokenRange> told) {
    this.watch = Optional.of(new RangeWatch(told));
  }

  /**
   * A reference that looks at every instruction for values that shares would get wrong, and goes
   * on: ranges that are not kept, truncations and comparisons of too much, sums and products that
   * wrap around.
   *
   * @param told about each, in the thread of the program and within the instruction
   */
  public static ClearBackend watching(Consumer<BrokenRange> told) {
    return new ClearBackend(told);
  }

  /** The codes of a tensor of this reference; nothing secret is in it. */
  public static long[] codes(SecretTensor x) {
    return ClearTensor.codes(x).clone();
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
    return new ClearTensor(TensorType.constant(shape, format, codes), codes.clone());
  }

  @Override
  public SecretTensor within(SecretTensor x, ValueRange range) {
    ClearTensor promised = new ClearTensor(x.type().within(range), ClearTensor.codes(x));
    watch.ifPresentOrElse(w -> w.declared(promised), promised::requireRange);
    return promised;
  }

  @Override
  public SecretTensor assumeWithin(SecretTensor x, ValueRange range) {
    long[] codes = ClearTensor.codes(x);
    // What lies outside is multiplied by zero later; a watch should not report what comes of it.
    return new ClearTensor(
        x.type().within(range), watch.isPresent() ? RangeWatch.clamped(codes, range) : codes);
  }

  @Override
  public SecretTensor add(SecretTensor x, SecretTensor y) {
    TensorType type = x.type().sum(y.type());
    watch.ifPresent(w -> w.summed(type, x, y, 1));
    return new ClearTensor(type, RingVector.add(ClearTensor.codes(x), ClearTensor.codes(y)));
  }

  @Override
  public SecretTensor subtract(SecretTensor x, SecretTensor y) {
    TensorType type = x.type().sum(y.type());
    watch.ifPresent(w -> w.summed(type, x, y, -1));
    return new ClearTensor(type, RingVector.subtract(ClearTensor.codes(x), ClearTensor.codes(y)));
  }

  @Override
  public SecretTensor addCode(SecretTensor x, long code) {
    long[] sum = new long[x.size()];
    RingVector.addCode(ClearTensor.codes(x), code, sum);
    return new ClearTensor(x.type().plus(code), sum);
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long k) {
    watch.ifPresent(w -> w.scaled(x.type().times(k), x, k));
    return mapped(x, x.type().times(k), codes -> RingVector.multiply(codes, k));
  }

  @Override
  public SecretTensor multiply(SecretTensor x, long[] codes, FixedPoint format) {
    watch.ifPresent(w -> w.scaled(x.type().times(codes, format), x, codes));
    return mapped(x, x.type().times(codes, format), own -> RingVector.multiply(own, codes));
  }

  @Override
  public SecretTensor reinterpret(SecretTensor x, FixedPoint format) {
    return mapped(x, x.type().as(format), codes -> codes);
  }

  @Override
  public SecretTensor reshape(SecretTensor x, Shape shape) {
    return mapped(x, x.type().reshaped(shape), codes -> codes);
  }

  @Override
  public SecretTensor rows(SecretTensor x, int[] indices) {
    int columns = x.shape().columns();
    return mapped(x, x.type().rows(indices), codes -> RingVector.rows(codes, columns, indices));
  }

  @Override
  public SecretTensor columns(SecretTensor x, int from, int to) {
    int columns = x.shape().columns();
    return mapped(
        x, x.type().columns(from, to), codes -> RingVector.columns(codes, columns, from, to));
  }

  @Override
  public SecretTensor concatenate(List<SecretTensor> parts) {
    TensorType type = TensorType.concatenated(parts.stream().map(SecretTensor::type).toList());
    return new ClearTensor(
        type, RingVector.concatenate(parts.stream().map(ClearTensor::codes).toList()));
  }

  @Override
  public SecretTensor transpose(SecretTensor x) {
    int rows = x.shape().rows();
    int columns = x.shape().columns();
    return mapped(x, x.type().transposed(), codes -> RingVector.transpose(codes, rows, columns));
  }

  @Override
  public SecretTensor sumRows(SecretTensor x) {
    int columns = x.shape().columns();
    watch.ifPresent(w -> w.summedRows(x.type().rowSum(), x));
    return mapped(x, x.type().rowSum(), codes -> RingVector.sumRows(codes, columns));
  }

  private static ClearTensor mapped(SecretTensor x, TensorType type, UnaryOperator<long[]> map) {
    return new ClearTensor(type, map.apply(ClearTensor.codes(x)));
  }

  @Override
  public SecretTensor input(ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    declare(CostTable.input(shape.size()));
    return new ClearTensor(TensorType.of(shape, format), codes.clone());
  }

  @Override
  public List<SecretTensor> multiply(List<SecretTensor> x, List<SecretTensor> y) {
    declare(CostTable.product(x.stream().mapToLong(SecretTensor::size).sum()));
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      TensorType type = x.get(i).type().product(y.get(i).type());
      SecretTensor left = x.get(i);
      long[] right = ClearTensor.codes(y.get(i));
      watch.ifPresent(w -> w.scaled(type, left, right));
      results.add(new ClearTensor(type, RingVector.multiply(ClearTensor.codes(left), right)));
    }
    return results;
  }

  @Override
  public SecretTensor sumColumns(List<SecretTensor> parts, ColumnSums sums) {
    TensorType type = TensorType.columnSums(parts.stream().map(SecretTensor::type).toList(), sums);
    watch.ifPresent(w -> w.summedColumns(type, parts, sums));
    long[] z = new long[type.size()];
    sums.apply(parts.stream().map(ClearTensor::codes).toList(), type.shape().rows(), z);
    return new ClearTensor(type, z);
  }

  @Override
  public List<SecretTensor> products(List<? extends SecretProduct> products) {
    List<SecretTensor> results = new ArrayList<>();
    for (SecretProduct product : products) {
      long[] z = new long[product.type().size()];
      addProduct(product, z);
      watch.ifPresent(w ->
          w.notWrapped(product.type(), WideProduct.largest(product, ClearBackend::addProduct)));
      results.add(new ClearTensor(product.type(), z));
    }
    declare(CostTable.product(results.stream().mapToLong(SecretTensor::size).sum()));
    return results;
  }

  private static void addProduct(SecretProduct product, long[] z) {
    switch (product) {
      case SecretProduct.OfMatrices p ->
          RingMatrix.multiplyAdd(view(p.x(), p.transposeX()), view(p.y(), p.transposeY()), z);
      case SecretProduct.Convolution p ->
          RingConvolution.forward(
              p.geometry(), ClearTensor.codes(p.input()), ClearTensor.codes(p.weights()), z);
      case SecretProduct.InputGradient p ->
          RingConvolution.inputGradient(
              p.geometry(), ClearTensor.codes(p.weights()), ClearTensor.codes(p.error()), z);
      case SecretProduct.WeightGradient p ->
          RingConvolution.weightGradient(
              p.geometry(), ClearTensor.codes(p.input()), ClearTensor.codes(p.error()), z);
    }
  }

  private static RingMatrix.View view(SecretTensor x, boolean transposed) {
    return new RingMatrix.View(
        ClearTensor.codes(x), x.shape().rows(), x.shape().columns(), transposed);
  }

  @Override
  public SecretTensor dotRows(SecretTensor x, SecretTensor y) {
    watch.ifPresent(w -> w.dots(x.type().columnDots(y.type()), x, y));
    return dotRowsModulo(x, y);
  }

  @Override
  public SecretTensor dotRowsModulo(SecretTensor x, SecretTensor y) {
    TensorType type = x.type().columnDots(y.type());
    declare(CostTable.product(type.size()));
    long[] products = RingVector.multiply(ClearTensor.codes(x), ClearTensor.codes(y));
    return new ClearTensor(type, RingVector.sumRows(products, type.size()));
  }

  @Override
  public List<SecretTensor> truncate(List<SecretTensor> x, int[] bits) {
    declare(CostTable.truncate(x.stream().mapToLong(SecretTensor::size).toArray(), bits));
    List<SecretTensor> results = new ArrayList<>();
    x.forEach(wide -> watch.ifPresent(w -> w.truncated(wide)));
    for (int i = 0; i < bits.length; i++) {
      results.add(rounded(x.get(i), bits[i]));
    }
    return results;
  }

  @Override
  public SecretTensor truncateExactly(SecretTensor x, int bits) {
    declare(CostTable.truncateExactly(x.size(), bits));
    watch.ifPresent(w -> w.truncated(x));
    return rounded(x, bits);
  }

  private static ClearTensor rounded(SecretTensor x, int bits) {
    long[] codes = ClearTensor.codes(x).clone();
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (codes[i] + (1L << (bits - 1))) >> bits;
    }
    return new ClearTensor(x.type().shortened(bits), codes);
  }

  @Override
  public SecretBits negative(SecretTensor x, int width) {
    x.type().requireComparable(width);
    declare(CostTable.negative(x.size(), width));
    watch.ifPresent(w -> w.compared(x, width));
    return bit(x, width - 1);
  }

  @Override
  public List<SecretBits> bitsOf(SecretTensor x, int width) {
    declare(CostTable.bitsOf(x.size(), width));
    List<SecretBits> bits = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      bits.add(bit(x, j));
    }
    return bits;
  }

  private static ClearBits bit(SecretTensor x, int position) {
    long[] codes = ClearTensor.codes(x);
    BitSet bits = new BitSet(codes.length);
    for (int i = 0; i < codes.length; i++) {
      bits.set(i, (codes[i] >>> position & 1) != 0);
    }
    return new ClearBits(codes.length, bits);
  }

  @Override
  public SecretBits xor(SecretBits x, SecretBits y) {
    BitSet bits = (BitSet) ClearBits.bits(x).clone();
    bits.xor(ClearBits.bits(y));
    return new ClearBits(x.size(), bits);
  }

  @Override
  public SecretBits not(SecretBits x) {
    BitSet bits = (BitSet) ClearBits.bits(x).clone();
    bits.flip(0, x.size());
    return new ClearBits(x.size(), bits);
  }

  @Override
  public SecretBits concatenateBits(List<SecretBits> parts) {
    BitSet bits = new BitSet();
    int at = 0;
    for (SecretBits part : parts) {
      int from = at;
      ClearBits.bits(part).stream().forEach(i -> bits.set(from + i));
      at += part.size();
    }
    return new ClearBits(at, bits);
  }

  @Override
  public SecretBits slice(SecretBits x, int from, int to) {
    return new ClearBits(to - from, ClearBits.bits(x).get(from, to));
  }

  @Override
  public List<SecretBits> and(List<SecretBits> x, List<SecretBits> y) {
    declare(CostTable.and(x.stream().mapToLong(b -> BitPlanes.words(b.size())).sum()));
    List<SecretBits> results = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      BitSet bits = (BitSet) ClearBits.bits(x.get(i)).clone();
      bits.and(ClearBits.bits(y.get(i)));
      results.add(new ClearBits(x.get(i).size(), bits));
    }
    return results;
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
      integers.add(new ClearTensor(TensorType.integersOf(bits), integers(bits)));
    }
    List<SecretTensor> products = new ArrayList<>();
    for (int i = 0; i < selectors.size(); i++) {
      SecretTensor value = values.get(i);
      long[] codes = RingVector.multiply(integers(selectors.get(i)), ClearTensor.codes(value));
      products.add(new ClearTensor(value.type(), codes));
    }
    return new BitProducts(integers, products);
  }

  private static long[] integers(SecretBits bits) {
    long[] integers = new long[bits.size()];
    ClearBits.bits(bits).stream().forEach(i -> integers[i] = 1);
    return integers;
  }

  @Override
  public SecretTensor wordToArithmetic(List<SecretBits> bits) {
    int size = bits.getFirst().size();
    declare(CostTable.wordToArithmetic(size, bits.size()));
    long[] word = new long[size];
    for (int j = 0; j < bits.size(); j++) {
      int position = j;
      ClearBits.bits(bits.get(j)).stream().forEach(i -> word[i] += 1L << position);
    }
    return new ClearTensor(TensorType.wordOf(bits), word);
  }

  @Override
  public long[] open(SecretTensor x, Disclosure disclosure) {
    disclosure.use(x.size());
    declare(CostTable.open(x.size()));
    return ClearTensor.codes(x).clone();
  }

  @Override
  public long[] share(SecretTensor x, Disclosure disclosure) {
    disclosure.use(x.size());
    return ClearTensor.codes(x).clone();
  }
}
