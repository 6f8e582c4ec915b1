package io.consilium.protocols;

import io.consilium.protocols.ring.ColumnSums;
import java.util.List;
import java.util.function.Supplier;

/**
 * The instruction set of secret programs: what may be done with tensors that nobody sees.
 *
 * <p>All parties run the same program, so every argument that is not a secret tensor is public and
 * equal everywhere. Elements are integers modulo 2^64 in a {@link FixedPoint} format; products add
 * the fraction bits of their factors and {@link #truncate} takes bits away. Local instructions send
 * nothing. The others declare their cost, which {@link #declared()} sums up; lists run in the
 * rounds of one, since independent operations share their rounds.
 *
 * <p>Leaks, for every instruction: shapes and formats only. Nothing is opened but by {@link #open}
 * and {@link #share}.
 */
public interface Backend {

  // ---- local -----------------------------------------------------------------------------------

  /** A tensor of public values. */
  SecretTensor constant(Shape shape, FixedPoint format, long[] codes);

  /** x + y, equal shapes and formats. */
  SecretTensor add(SecretTensor x, SecretTensor y);

  /** x - y, equal shapes and formats. */
  SecretTensor subtract(SecretTensor x, SecretTensor y);

  /** x + c for one public code. */
  SecretTensor addCode(SecretTensor x, long code);

  /** x * k for a public integer; the format stays. */
  SecretTensor multiply(SecretTensor x, long k);

  /** x_n * k_n for public codes of the given format; the result has the format of a product. */
  SecretTensor multiply(SecretTensor x, long[] codes, FixedPoint format);

  /** The same codes read in another format: a free multiplication by a power of two. */
  SecretTensor reinterpret(SecretTensor x, FixedPoint format);

  /** The same elements in another shape of equal size. */
  SecretTensor reshape(SecretTensor x, Shape shape);

  /** The rows at public indices, in their order; an index may repeat. */
  SecretTensor rows(SecretTensor x, int[] indices);

  /** The columns [from, to) of a matrix. */
  SecretTensor columns(SecretTensor x, int from, int to);

  /** Tensors one behind the other along the outermost dimension. */
  SecretTensor concatenate(List<SecretTensor> parts);

  /** The transpose of a matrix. */
  SecretTensor transpose(SecretTensor x);

  /** The sum over the outermost dimension: [n, d] to [d]. */
  SecretTensor sumRows(SecretTensor x);

  /**
   * Sums of columns at public places, of tensors with equal rows that lie side by side: [n, d_1],
   * [n, d_2], ... to [n, sums].
   */
  SecretTensor sumColumns(List<SecretTensor> parts, ColumnSums sums);

  // ---- value ranges ----------------------------------------------------------------------------

  /**
   * The same tensor with a promise about its codes; local. The range of a result follows from those
   * of the operands by interval arithmetic; a program that knows better, or has an input, says so
   * here. The clear reference checks the promise.
   */
  SecretTensor within(SecretTensor x, ValueRange range);

  /**
   * The same where the promise may be broken by elements whose results are multiplied by zero
   * later, such as a polynomial outside of its interval. Nobody checks it.
   */
  SecretTensor assumeWithin(SecretTensor x, ValueRange range);

  // ---- interactive, arithmetic -----------------------------------------------------------------

  /**
   * A private input of a compute party: the owner gives the codes, the others give an empty array.
   */
  SecretTensor input(ComputeParty owner, Shape shape, FixedPoint format, long[] codes);

  /** x_i * y_i element by element for every pair of the lists. */
  List<SecretTensor> multiply(List<SecretTensor> x, List<SecretTensor> y);

  /**
   * Products of matrices and convolutions that do not depend on each other, in one round. 24 bytes
   * per element of the results.
   */
  List<SecretTensor> products(List<? extends SecretProduct> products);

  /**
   * Column by column the sum of products: [n, d] and [n, d] to [d]. One element sent per column.
   */
  SecretTensor dotRows(SecretTensor x, SecretTensor y);

  /**
   * x_i / 2^(bits_i), rounded without bias, with an error below 1.5 units of the last place. Right
   * for absolute codes below 2^61.
   */
  List<SecretTensor> truncate(List<SecretTensor> x, int[] bits);

  /** x / 2^bits rounded to nearest, exactly; for released numbers. Absolute codes below 2^61. */
  SecretTensor truncateExactly(SecretTensor x, int bits);

  // ---- interactive, bits -----------------------------------------------------------------------

  /**
   * The sign bit modulo 2^width, 1 for negative. Right for codes in [-2^(width-1), 2^(width-1));
   * security does not depend on the width.
   *
   * @throws RangeException if the declared range of x is larger
   */
  SecretBits negative(SecretTensor x, int width);

  /** The lowest bits of every element, least significant first. */
  List<SecretBits> bitsOf(SecretTensor x, int width);

  /** Bitwise exclusive or; local. */
  SecretBits xor(SecretBits x, SecretBits y);

  /** Bitwise negation; local. */
  SecretBits not(SecretBits x);

  /** Bits one vector behind the other; local. */
  SecretBits concatenateBits(List<SecretBits> parts);

  /** The bits [from, to) of a vector; local. */
  SecretBits slice(SecretBits x, int from, int to);

  /** x_i AND y_i for every pair of the lists, in one round. */
  List<SecretBits> and(List<SecretBits> x, List<SecretBits> y);

  /**
   * In the same two rounds: bits as integers 0 and 1 ({@code converted}), and bits times values
   * ({@code selectors[i] * values[i]}, same shape and format as the value).
   */
  BitProducts bitProducts(
      List<SecretBits> converted, List<SecretBits> selectors, List<SecretTensor> values);

  /** The integer sum of 2^j * bits_j, at most 62 bits. */
  SecretTensor wordToArithmetic(List<SecretBits> bits);

  // ---- memory ----------------------------------------------------------------------------------

  /**
   * Runs a part of the program, such as one step of training, whose intermediate tensors and bits
   * are not used after it: their memory serves the next part. Only the returned tensors live on.
   * What the part did not make itself is not touched.
   */
  default List<SecretTensor> scoped(Supplier<List<SecretTensor>> part) {
    return part.get();
  }

  // ---- disclosure ------------------------------------------------------------------------------

  /** Opens a tensor to all compute parties and returns its codes. */
  long[] open(SecretTensor x, Disclosure disclosure);

  /**
   * Opens a tensor to somebody outside: this party's fresh additive share, which is uniform to
   * whoever does not hold the other two.
   */
  long[] share(SecretTensor x, Disclosure disclosure);

  // ---- cost ------------------------------------------------------------------------------------

  /** The declared cost of everything done so far. */
  Cost declared();

  /** What {@link #bitProducts} returns: one tensor per entry of its arguments. */
  record BitProducts(List<SecretTensor> integers, List<SecretTensor> products) {}

  /**
   * {@link #dotRows} where sums may leave the ring: such a sum is right modulo 2^64 only, and the
   * program multiplies it by zero. Nobody checks it.
   */
  default SecretTensor dotRowsModulo(SecretTensor x, SecretTensor y) {
    return dotRows(x, y);
  }

  // ---- shorthands ------------------------------------------------------------------------------

  /** Sums of columns of one tensor. */
  default SecretTensor sumColumns(SecretTensor x, ColumnSums sums) {
    return sumColumns(List.of(x), sums);
  }

  default SecretTensor multiply(SecretTensor x, SecretTensor y) {
    return multiply(List.of(x), List.of(y)).getFirst();
  }

  /** The product of two matrices, either of them transposed without a copy. */
  default SecretTensor matmul(
      SecretTensor x, boolean transposeX, SecretTensor y, boolean transposeY) {
    return product(new SecretProduct.OfMatrices(x, transposeX, y, transposeY));
  }

  /** A product by itself. */
  default SecretTensor product(SecretProduct product) {
    return products(List.of(product)).getFirst();
  }

  default SecretTensor truncate(SecretTensor x, int bits) {
    return bits == 0 ? x : truncate(List.of(x), new int[] {bits}).getFirst();
  }

  default SecretBits and(SecretBits x, SecretBits y) {
    return and(List.of(x), List.of(y)).getFirst();
  }

  /** A bit as an integer, 0 or 1. */
  default SecretTensor toArithmetic(SecretBits bits) {
    return bitProducts(List.of(bits), List.of(), List.of()).integers().getFirst();
  }

  /** bit * value. */
  default SecretTensor select(SecretBits bits, SecretTensor value) {
    return bitProducts(List.of(), List.of(bits), List.of(value)).products().getFirst();
  }

  /**
   * The sign bit, 1 for negative, at the width that the declared range of x needs.
   *
   * @throws RangeException if no range is declared
   */
  default SecretBits negative(SecretTensor x) {
    return negative(x, x.range().comparisonWidth());
  }

  default SecretTensor negate(SecretTensor x) {
    return multiply(x, -1);
  }

  /** x + c for one public real, rounded to the format of x. */
  default SecretTensor addReal(SecretTensor x, double real) {
    return addCode(x, x.format().encode(real));
  }

  /** The same values with so many fraction bits more. */
  default SecretTensor widen(SecretTensor x, int bits) {
    return bits == 0 ? x : reinterpret(multiply(x, 1L << bits), x.format().plus(bits));
  }

  /** A vector repeated as the rows of a matrix. */
  default SecretTensor repeat(SecretTensor vector, int rows) {
    return rows(reshape(vector, Shape.matrix(1, vector.size())), new int[rows]);
  }

  /** Rows [from, to). */
  default SecretTensor rowRange(SecretTensor x, int from, int to) {
    return rows(x, java.util.stream.IntStream.range(from, to).toArray());
  }
}
