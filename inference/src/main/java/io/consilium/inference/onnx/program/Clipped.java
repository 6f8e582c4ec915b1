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
public record Clipped(Value x, double low, double high) implements Instruction {
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
  public SecretTensor run(Step step) {
    Backend b = step.backend();
    if (low > high) {
      SecretTensor x = step.operand(0);
      return step.result(b.addReal(b.multiply(x, 0), high));
    }
    SecretTensor x = step.flat(0);
    Interval range = step.interval(0);
    List<SecretTensor> beyond = new ArrayList<>();
    if (range.low() < low) {
      beyond.add(b.addReal(x, -low));
    }
    boolean fromBelow = !beyond.isEmpty();
    if (range.high() > high) {
      beyond.add(b.addReal(b.negate(x), high));
    }
    if (beyond.isEmpty()) {
      return step.result(x);
    }
    SecretTensor all = b.concatenate(beyond);
    SecretTensor taken = b.select(b.negative(all), all);
    SecretTensor z = x;
    if (fromBelow) {
      z = b.subtract(z, b.rowRange(taken, 0, x.size()));
    }
    if (range.high() > high) {
      z = b.add(z, b.rowRange(taken, taken.size() - x.size(), taken.size()));
    }
    return step.result(z);
  }
}
