package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * x + y or x - y, element by element, of equal shapes. Rounds: none, or 2 where an operand has more
 * fraction bits than the result.
 */
public record Sum(Value x, Value y, boolean negated) implements LocalInstruction {
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
    double[] sum = operands.get(0).clone();
    double[] other = operands.get(1);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += negated ? -other[i] : other[i];
    }
    return sum;
  }

  @Override
  public Interval range(List<Interval> operands) {
    Interval left = operands.get(0);
    Interval right = operands.get(1);
    return negated ? left.minus(right) : left.plus(right);
  }

  /** Added in the finer format, so that nothing is rounded twice. */
  @Override
  public SecretTensor of(Step step) {
    Backend b = step.backend();
    SecretTensor left = step.operand(0);
    SecretTensor right = step.operand(1);
    int bits = Math.max(left.format().fractionBits(), right.format().fractionBits());
    SecretTensor a = step.operand(0, bits);
    SecretTensor c = step.operand(1, bits);
    return negated ? b.subtract(a, c) : b.add(a, c);
  }

  @Override
  public String title() {
    return negated ? "Difference" : "Sum";
  }
}
