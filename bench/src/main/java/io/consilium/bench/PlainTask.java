package io.consilium.bench;

import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computations in the clear with ND4J, in single precision; results are freed at once. */
final class PlainTask {
  private PlainTask() {}

  static Task of(Supplier<INDArray> computation) {
    return () -> computation.get().close();
  }

  static INDArray array(double[] reals, long... shape) {
    return Nd4j.createFromArray(reals).castTo(DataType.FLOAT).reshape(shape);
  }
}
