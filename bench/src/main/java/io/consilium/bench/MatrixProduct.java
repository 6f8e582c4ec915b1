package io.consilium.bench;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The product of two square matrices, truncated to their format. */
record MatrixProduct(String name, int side) implements Benchmark.Secure {
  private static final FixedPoint FORMAT = new FixedPoint(16);
  private static final ValueRange RANGE = ValueRange.ofWidth(18);

  /** A truncation errs by less than 1.5 units, and the reference rounds. */
  private static final long UNITS_MAX = 2;

  private long[] codes(String operand) {
    return PublicInputs.codes(name + operand, side * side, RANGE);
  }

  @Override
  public Task prepare(Rep3Backend b) {
    Shape shape = Shape.matrix(side, side);
    SecretTensor x = PublicInputs.share(b, shape, FORMAT, codes("x"));
    SecretTensor y = PublicInputs.share(b, shape, FORMAT, codes("y"));
    return new Task() {
      private Optional<SecretTensor> result = Optional.empty();

      @Override
      public void run() {
        result = Optional.of(b.truncate(b.matmul(x, false, y, false), FORMAT.fractionBits()));
      }

      @Override
      public void check() {
        long[] opened = PublicInputs.open(b, name, result.orElseThrow());
        long[] expected = reference(codes("x"), codes("y"), side);
        for (int i = 0; i < opened.length; i++) {
          WrongResult.requireNear(
              name, i, opened[i], expected[i] >> FORMAT.fractionBits(), UNITS_MAX);
        }
      }
    };
  }

  /** The product of square matrices modulo 2^64 by its definition. */
  static long[] reference(long[] x, long[] y, int side) {
    long[] z = new long[side * side];
    long[] row = new long[side];
    long[] factors = new long[side];
    for (int i = 0; i < side; i++) {
      java.util.Arrays.fill(row, 0);
      for (int k = 0; k < side; k++) {
        System.arraycopy(y, k * side, factors, 0, side);
        for (int j = 0; j < side; j++) {
          row[j] += x[i * side + k] * factors[j];
        }
      }
      System.arraycopy(row, 0, z, i * side, side);
    }
    return z;
  }

  @Override
  public Task plaintext() {
    INDArray x = PlainTask.array(FORMAT.decode(codes("x")), side, side);
    INDArray y = PlainTask.array(FORMAT.decode(codes("y")), side, side);
    return PlainTask.of(() -> x.mmul(y));
  }
}
