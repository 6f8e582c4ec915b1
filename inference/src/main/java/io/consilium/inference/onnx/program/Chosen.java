package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * x where a secret condition is 1, and y where it is 0: y + condition (x - y), which chooses
 * without a branch. Rounds: 1, and 2 where the formats of x and y differ.
 *
 * @param condition integers 0 and 1
 */
public record Chosen(Value condition, Value x, Value y) implements ElementProduct {
  @Override
  public List<Value> operands() {
    return List.of(condition, x, y);
  }

  @Override
  public Shape shape() {
    return x.shape();
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = operands.get(2).clone();
    for (int i = 0; i < z.length; i++) {
      z[i] = operands.get(0)[i] != 0 ? operands.get(1)[i] : z[i];
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.get(1).or(operands.get(2));
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public Bundle bundle() {
    return Bundle.Kind.ELEMENT_PRODUCTS;
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    return operand == 0 ? 0 : step.format().fractionBits();
  }

  @Override
  public SecretTensor left(Step step) {
    return step.flat(0, 0);
  }

  @Override
  public SecretTensor right(Step step) {
    int bits = step.format().fractionBits();
    return step.backend().subtract(step.flat(1, bits), step.flat(2, bits));
  }

  @Override
  public SecretTensor of(Step step, SecretTensor product) {
    Backend b = step.backend();
    return b.add(step.flat(2, step.format().fractionBits()), product);
  }
}
