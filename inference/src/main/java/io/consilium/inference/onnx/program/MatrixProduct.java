package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Products of matrices, one for each of a stack: [s, m, k] and [s, k, n] to [s, m, n], with a bias
 * for each column. Rounds: 1 for all of them, and 2 for the truncation, which the bias is added
 * before. 24 bytes per element of the result, and the truncation's.
 *
 * @param transposed whether y is [s, n, k], as the weights of a layer are mostly kept
 * @param bias [n]
 */
public record MatrixProduct(Value x, Value y, boolean transposed, Optional<Value> bias)
    implements ProductInstruction {
  @Override
  public List<Value> operands() {
    List<Value> operands = new ArrayList<>(List.of(x, y));
    bias.ifPresent(operands::add);
    return operands;
  }

  @Override
  public Shape shape() {
    return Dims.shape(stack(), rows(), columns());
  }

  private int stack() {
    return Dims.dim(x.shape(), 0);
  }

  private int rows() {
    return Dims.dim(x.shape(), 1);
  }

  private int inner() {
    return Dims.dim(x.shape(), 2);
  }

  private int columns() {
    return Dims.dim(y.shape(), transposed ? 1 : 2);
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = new double[shape().size()];
    for (int s = 0; s < stack(); s++) {
      add(operands.get(0), operands.get(1), s, z);
    }
    for (int i = 0; i < z.length && bias.isPresent(); i++) {
      z[i] += operands.get(2)[i % columns()];
    }
    return z;
  }

  private void add(double[] a, double[] c, int s, double[] z) {
    for (int i = 0; i < rows(); i++) {
      int row = (s * rows() + i) * inner();
      int to = (s * rows() + i) * columns();
      if (transposed) {
        addInnerProducts(a, row, c, s * columns() * inner(), z, to);
      } else {
        addRows(a, row, c, s * inner() * columns(), z, to);
      }
    }
  }

  private void addInnerProducts(double[] a, int row, double[] c, int from, double[] z, int to) {
    for (int j = 0; j < columns(); j++) {
      int other = from + j * inner();
      double sum = 0;
      for (int t = 0; t < inner(); t++) {
        sum += a[row + t] * c[other + t];
      }
      z[to + j] += sum;
    }
  }

  private void addRows(double[] a, int row, double[] c, int from, double[] z, int to) {
    for (int t = 0; t < inner(); t++) {
      int other = from + t * columns();
      for (int j = 0; j < columns(); j++) {
        z[to + j] += a[row + t] * c[other + j];
      }
    }
  }

  @Override
  public Interval range(List<Interval> operands) {
    Interval sums = SumsOfProducts.range(operands, inner());
    return bias.isPresent() ? sums.plus(operands.get(2)) : sums;
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    return FactorBits.of(step).of(operand);
  }

  /** One for each of the stack and each record, or for the rows of all records together. */
  @Override
  public List<SecretProduct> products(Step step) {
    FactorBits bits = FactorBits.of(step);
    SecretTensor left = step.shared(0, bits.x());
    SecretTensor right = step.shared(1, bits.y());
    if (stack() == 1 && step.isShared(1)) {
      int all = left.size() / inner();
      return List.of(product(step.backend(), left, 0, all, right, 0));
    }
    List<SecretProduct> products = new ArrayList<>();
    for (int i = 0; i < step.records() * stack(); i++) {
      int ofLeft = step.isShared(0) ? i % stack() : i;
      int ofRight = step.isShared(1) ? i % stack() : i;
      products.add(product(step.backend(), left, ofLeft, rows(), right, ofRight));
    }
    return products;
  }

  private SecretProduct product(
      Backend b, SecretTensor left, int ofLeft, int rows, SecretTensor right, int ofRight) {
    return new SecretProduct.OfMatrices(
        matrix(b, left, ofLeft, rows, inner()),
        false,
        transposed
            ? matrix(b, right, ofRight, columns(), inner())
            : matrix(b, right, ofRight, inner(), columns()),
        transposed);
  }

  /** The matrix with this number of those that lie one below the other. */
  private static SecretTensor matrix(Backend b, SecretTensor x, int i, int rows, int columns) {
    boolean whole = x.size() == rows * columns;
    SecretTensor one = whole ? x : b.rowRange(b.reshape(x, stacked(x, rows * columns)), i, i + 1);
    return b.reshape(one, Shape.matrix(rows, columns));
  }

  private static Shape stacked(SecretTensor x, int elements) {
    return Shape.matrix(x.size() / elements, elements);
  }

  @Override
  public SecretTensor sums(Step step, List<SecretTensor> products) {
    Backend b = step.backend();
    SecretTensor all = products.size() == 1 ? products.getFirst() : b.concatenate(products);
    return bias.isPresent() ? withBias(step, all) : all;
  }

  private SecretTensor withBias(Step step, SecretTensor sums) {
    Backend b = step.backend();
    SecretTensor bias = step.operand(2, sums.format().fractionBits());
    int[] ofRecord = new int[sums.size() / columns()];
    for (int i = 0; i < ofRecord.length; i++) {
      ofRecord[i] = i / (ofRecord.length / step.records());
    }
    SecretTensor rows = b.reshape(bias, Shape.matrix(step.records(), columns()));
    SecretTensor everywhere = b.rows(rows, ofRecord);
    return b.add(b.reshape(sums, everywhere.shape()), everywhere);
  }
}
