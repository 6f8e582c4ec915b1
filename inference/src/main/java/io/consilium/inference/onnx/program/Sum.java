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
  /** Codes of a sum stay below 2^60. */
  private static final int SUM_BITS = 59;

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

  /** A much finer operand is shortened before it is added: the sum has to be held. */
  @Override
  public int fractionBitsMax(Step step, int operand) {
    double largest = Math.max(step.interval(0).magnitude(), step.interval(1).magnitude());
    return Math.max(SUM_BITS - Scales.wholeBits(largest), 0);
  }

  /** Added in the finer format, so that nothing is rounded twice. */
  @Override
  public SecretTensor of(Step step) {
    Backend b = step.backend();
    int bits = Math.max(step.bitsToAdd(0), step.bitsToAdd(1));
    SecretTensor left = step.operand(0, bits);
    SecretTensor right = step.operand(1, bits);
    return negated ? b.subtract(left, right) : b.add(left, right);
  }

  @Override
  public String title() {
    return negated ? "Difference" : "Sum";
  }
}
