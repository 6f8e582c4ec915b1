package io.consilium.bench;

import io.consilium.protocols.ValueRange;
import io.consilium.protocols.ring.RingMatrix;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The product of two square matrices modulo 2^64, of one process alone. */
record RingProduct(String name, int side) implements Benchmark.Kernel {
  private static final ValueRange RANGE = ValueRange.ofWidth(63);

  @Override
  public long macs() {
    return (long) side * side * side;
  }

  private long[] codes(String operand) {
    return PublicInputs.codes(name + operand, side * side, RANGE);
  }

  @Override
  public Task prepare() {
    long[] x = codes("x");
    long[] y = codes("y");
    long[] z = new long[side * side];
    RingMatrix.View left = new RingMatrix.View(x, side, side, false);
    RingMatrix.View right = new RingMatrix.View(y, side, side, false);
    return new Task() {
      @Override
      public void run() {
        RingMatrix.multiplyAdd(left, right, z);
      }

      @Override
      public void check() {
        long[] expected = MatrixProduct.reference(x, y, side);
        if (!Arrays.equals(z, expected)) {
          throw new WrongResult(name + ": the product differs from its definition");
        }
      }
    };
  }

  @Override
  public Task plaintext() {
    INDArray x = PlainTask.array(PublicInputs.reals(name + "x", side * side), side, side);
    INDArray y = PlainTask.array(PublicInputs.reals(name + "y", side * side), side, side);
    return PlainTask.of(() -> x.mmul(y));
  }
}
