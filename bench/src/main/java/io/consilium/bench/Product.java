package io.consilium.bench;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.rep3.Rep3Backend;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The element-wise product of two vectors, truncated to their format. */
record Product(String name, int elements) implements Benchmark.Secure {
  private static final FixedPoint FORMAT = new FixedPoint(16);

  /** Values below 2^8, so products are far from the end of the ring. */
  private static final ValueRange RANGE = ValueRange.ofWidth(25);

  /** A truncation errs by less than 1.5 units, and the reference rounds. */
  private static final long UNITS_MAX = 2;

  private long[] codes(String operand) {
    return PublicInputs.codes(name + operand, elements, RANGE);
  }

  @Override
  public Task prepare(Rep3Backend b) {
    Shape shape = Shape.vector(elements);
    SecretTensor x = PublicInputs.share(b, shape, FORMAT, codes("x"));
    SecretTensor y = PublicInputs.share(b, shape, FORMAT, codes("y"));
    return new Task() {
      private Optional<SecretTensor> result = Optional.empty();

      @Override
      public void run() {
        result = Optional.of(b.truncate(b.multiply(x, y), FORMAT.fractionBits()));
      }

      @Override
      public void check() {
        long[] opened = PublicInputs.open(b, name, result.orElseThrow());
        long[] first = codes("x");
        long[] second = codes("y");
        for (int i = 0; i < opened.length; i++) {
          long expected = first[i] * second[i] >> FORMAT.fractionBits();
          WrongResult.requireNear(name, i, opened[i], expected, UNITS_MAX);
        }
      }
    };
  }

  @Override
  public Task plaintext() {
    INDArray x = PlainTask.array(FORMAT.decode(codes("x")), elements);
    INDArray y = PlainTask.array(FORMAT.decode(codes("y")), elements);
    return PlainTask.of(() -> x.mul(y));
  }
}
