package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/** 1 where x < y, else 0. Rounds: 7 for 32 bits, and 2 where their formats differ. */
public record Less(Value x, Value y) implements SignInstruction {
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
    double[] z = new double[operands.getFirst().length];
    for (int i = 0; i < z.length; i++) {
      z[i] = operands.get(0)[i] < operands.get(1)[i] ? 1 : 0;
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return Interval.UNIT;
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  /** Both in the finer of their formats with which they can be compared. */
  @Override
  public int fractionBitsMax(Step step, int operand) {
    Interval both = step.interval(0).or(step.interval(1));
    int finer = Math.max(step.bitsToCompare(0), step.bitsToCompare(1));
    return Math.min(finer, Scales.comparableBits(both));
  }

  @Override
  public List<SecretTensor> compared(Step step) {
    int bits = fractionBitsMax(step, 0);
    return List.of(step.backend().subtract(step.operand(0, bits), step.operand(1, bits)));
  }

  @Override
  public boolean takesIntegers() {
    return true;
  }

  @Override
  public SecretTensor of(Step step, List<SecretTensor> negative) {
    return negative.getFirst();
  }
}
