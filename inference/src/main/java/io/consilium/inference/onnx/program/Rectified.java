package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** max(x, 0). Rounds: 7 for 32 bits. */
public record Rectified(Value x) implements Instruction {
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
  public Optional<Bundle> bundle() {
    return Optional.of(Bundle.RECTIFIERS);
  }

  @Override
  public SecretTensor run(Step step) {
    return step.result(Relu.of(step.backend(), step.operand(0)));
  }

  /** The results of several: the signs of all are found together, whatever their formats are. */
  static List<SecretTensor> together(List<Step> steps) {
    Backend b = steps.getFirst().backend();
    List<SecretTensor> values = steps.stream().map(step -> step.flat(0)).toList();
    SecretBits signs =
        b.negative(
            b.concatenate(values.stream().map(x -> b.reinterpret(x, FixedPoint.INTEGER)).toList()));
    List<SecretBits> selectors = new ArrayList<>();
    int from = 0;
    for (SecretTensor x : values) {
      selectors.add(b.slice(signs, from, from + x.size()));
      from += x.size();
    }
    List<SecretTensor> negative = b.bitProducts(List.of(), selectors, values).products();
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      results.add(steps.get(i).result(b.subtract(values.get(i), negative.get(i))));
    }
    return results;
  }
}
