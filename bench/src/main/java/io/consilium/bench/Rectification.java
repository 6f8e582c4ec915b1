package io.consilium.bench;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Relu;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** max(x, 0) of a vector. */
record Rectification(String name, int elements) implements Benchmark.Secure {
  private static final FixedPoint FORMAT = new FixedPoint(16);

  /** 31 bits and a sign. */
  private static final ValueRange RANGE = ValueRange.ofWidth(32);

  private long[] codes() {
    return PublicInputs.codes(name, elements, RANGE);
  }

  @Override
  public Task prepare(Rep3Backend b) {
    SecretTensor x =
        b.within(PublicInputs.share(b, Shape.vector(elements), FORMAT, codes()), RANGE);
    return new Task() {
      private Optional<SecretTensor> result = Optional.empty();

      @Override
      public void run() {
        result = Optional.of(Relu.of(b, x));
      }

      @Override
      public void check() {
        long[] opened = PublicInputs.open(b, name, result.orElseThrow());
        long[] codes = codes();
        for (int i = 0; i < codes.length; i++) {
          WrongResult.requireNear(name, i, opened[i], Math.max(0, codes[i]), 0);
        }
      }
    };
  }

  @Override
  public Task plaintext() {
    INDArray x = PlainTask.array(FORMAT.decode(codes()), elements);
    return PlainTask.of(() -> Transforms.relu(x, true));
  }
}
