package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * x cut off at public bounds, of which either may be infinite. Both signs are found in the rounds
 * of one: 7 for 32 bits.
 */
public record Clipped(Value x, double low, double high) implements SignInstruction {
  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return x.shape();
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] z = operands.getFirst().clone();
    for (int i = 0; i < z.length; i++) {
      z[i] = clipped(z[i]);
    }
    return z;
  }

  /** As ONNX has it: where the bounds cross, the upper one holds. */
  private double clipped(double element) {
    return Math.min(Math.max(element, low), high);
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.getFirst().rising(this::clipped);
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public List<SecretTensor> compared(Step step) {
    Backend b = step.backend();
    List<SecretTensor> compared = new ArrayList<>();
    if (cutsBelow(step)) {
      compared.add(b.addReal(step.flat(0), -low));
    }
    if (cutsAbove(step)) {
      compared.add(b.addReal(b.negate(step.flat(0)), high));
    }
    return compared;
  }

  private boolean cutsBelow(Step step) {
    return low <= high && step.interval(0).low() < low;
  }

  private boolean cutsAbove(Step step) {
    return low <= high && step.interval(0).high() > high;
  }

  @Override
  public SecretTensor of(Step step, List<SecretTensor> beyond) {
    Backend b = step.backend();
    SecretTensor z = step.flat(0);
    if (low > high) {
      return b.addReal(b.multiply(z, 0), high);
    }
    if (cutsBelow(step)) {
      z = b.subtract(z, beyond.getFirst());
    }
    return cutsAbove(step) ? b.add(z, beyond.getLast()) : z;
  }
}
