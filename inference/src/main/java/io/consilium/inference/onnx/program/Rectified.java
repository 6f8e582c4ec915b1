package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/** max(x, 0). Rounds: 7 for 32 bits. */
public record Rectified(Value x) implements SignInstruction {
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
      z[i] = Math.max(z[i], 0);
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.getFirst().rising(x -> Math.max(x, 0));
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public List<SecretTensor> compared(Step step) {
    return List.of(step.flat(0));
  }

  @Override
  public SecretTensor of(Step step, List<SecretTensor> negative) {
    return step.backend().subtract(step.flat(0), negative.getFirst());
  }
}
