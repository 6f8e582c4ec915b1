package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Division;
import java.util.List;

/**
 * x / y, element by element. A negative divisor costs a sign: its own is given to both. Rounds: 34,
 * and 7 where y may be negative.
 */
public record Quotient(Value x, Value y) implements Elements.Elementwise {
  /** With these {@link Division} holds every quotient that a format holds. */
  private static final int QUOTIENT_BITS = 29;

  @Override
  public List<Value> operands() {
    return List.of(x, y);
  }

  @Override
  public Shape shape() {
    return x.shape();
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = operands.get(0).clone();
    for (int i = 0; i < z.length; i++) {
      z[i] /= operands.get(1)[i];
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    Interval divisor = operands.get(1);
    if (divisor.low() <= 0 && divisor.high() >= 0) {
      return Interval.ALL;
    }
    return operands.get(0).times(new Interval(1 / divisor.high(), 1 / divisor.low()));
  }

  @Override
  public Bundle bundle() {
    return new Elements(Quotient.class);
  }

  @Override
  public int workPerElement() {
    return Elements.WORK;
  }

  @Override
  public SecretTensor of(Step step) {
    Backend b = step.backend();
    SecretTensor dividend = step.flat(0);
    SecretTensor divisor = step.flat(1);
    if (step.interval(1).low() < 0) {
      SecretBits negative = b.negative(divisor);
      List<SecretTensor> parts =
          b.bitProducts(List.of(), List.of(negative, negative), List.of(dividend, divisor))
              .products();
      dividend = b.subtract(dividend, b.multiply(parts.get(0), 2));
      divisor = b.subtract(divisor, b.multiply(parts.get(1), 2));
    }
    int bits =
        Math.min(
            step.format().fractionBits(),
            QUOTIENT_BITS - Scales.wholeBits(step.range().magnitude()));
    return Division.of(b, dividend, divisor, new FixedPoint(Math.max(bits, 0)));
  }
}
