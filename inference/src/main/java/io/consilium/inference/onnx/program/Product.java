package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * x * y, element by element, of equal shapes. Rounds: 1 and 2 for the truncation; without the first
 * if y is public, and none if it is made of small integers.
 */
public record Product(Value x, Value y) implements Instruction {
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
    double[] product = operands.get(0).clone();
    double[] other = operands.get(1);
    for (int i = 0; i < product.length; i++) {
      product[i] *= other[i];
    }
    return product;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return x == y ? operands.getFirst().squared() : operands.get(0).times(operands.get(1));
  }

  @Override
  public SecretTensor run(Step step) {
    if (x.isPublic()) {
      return step.result(times(step, 1, x.known().elements()));
    }
    if (y.isPublic()) {
      return step.result(times(step, 0, y.known().elements()));
    }
    List<SecretTensor> factors = step.factors(0, 1);
    return step.result(step.backend().multiply(factors.get(0), factors.get(1)));
  }

  private static SecretTensor times(Step step, int secret, double[] factors) {
    Backend b = step.backend();
    FixedPoint format =
        PublicFactors.format(factors, Scales.productBits(step.range()), step.operand(secret));
    return b.multiply(step.operand(secret), format.encode(factors), format);
  }
}
