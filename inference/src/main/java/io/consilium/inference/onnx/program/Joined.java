package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Tensors one behind the other, as a vector. Rounds: 2 if their formats differ, else none. */
public record Joined(List<Value> parts) implements Instruction {
  public Joined {
    parts = List.copyOf(parts);
  }

  @Override
  public List<Value> operands() {
    return parts;
  }

  @Override
  public Shape shape() {
    long size = 0;
    for (Value part : parts) {
      size += part.shape().size();
    }
    return Shape.vector(Math.toIntExact(size));
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] all = new double[shape().size()];
    int at = 0;
    for (double[] part : operands) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.stream().reduce(Interval::or).orElseThrow();
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public boolean isLocal() {
    return true;
  }

  @Override
  public SecretTensor run(Step step) {
    Backend b = step.backend();
    int bits = step.format().fractionBits();
    List<SecretTensor> vectors = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      SecretTensor x = step.operand(i, bits);
      vectors.add(b.reshape(x, Shape.vector(x.size())));
    }
    return step.result(b.concatenate(vectors));
  }
}
