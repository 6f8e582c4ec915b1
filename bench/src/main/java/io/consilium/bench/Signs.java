package io.consilium.bench;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The sign bits of a vector. */
record Signs(String name, int elements) implements Benchmark.Secure {
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
      private Optional<SecretBits> signs = Optional.empty();

      @Override
      public void run() {
        signs = Optional.of(b.negative(x));
      }

      @Override
      public void check() {
        long[] opened = PublicInputs.open(b, name, b.toArithmetic(signs.orElseThrow()));
        long[] codes = codes();
        for (int i = 0; i < codes.length; i++) {
          WrongResult.requireNear(name, i, opened[i], codes[i] < 0 ? 1 : 0, 0);
        }
      }
    };
  }

  @Override
  public Task plaintext() {
    INDArray x = PlainTask.array(FORMAT.decode(codes()), elements);
    return PlainTask.of(() -> x.lt(0));
  }
}
