package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/** A function of every element. Rounds: those of the function, and 2 where formats differ. */
public record Applied(Function function, Value x) implements Elements.Elementwise {
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
    double[] z = new double[operands.getFirst().length];
    for (int i = 0; i < z.length; i++) {
      z[i] = function.at(operands.getFirst()[i]);
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return function.range(operands.getFirst());
  }

  @Override
  public Interval domain() {
    return function.domain();
  }

  @Override
  public boolean hasTightRange() {
    return function.hasTightRange();
  }

  @Override
  public Bundle bundle() {
    return new Elements(function);
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    return function.fractionBitsMax();
  }

  /** Pieces, series and bits of an argument are as many tensors. */
  @Override
  public int workPerElement() {
    return Elements.WORK;
  }

  @Override
  public SecretTensor of(Step step) {
    return function.of(step);
  }

  @Override
  public String title() {
    return function.title();
  }
}
