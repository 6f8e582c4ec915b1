package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tensors one behind the other, as a vector. Rounds: 2 if their formats differ, else none. */
public record Joined(List<Value> parts) implements LocalInstruction {
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
  public int fractionBitsMax(Step step, int operand) {
    return step.format().fractionBits();
  }

  @Override
  public SecretTensor of(Step step) {
    Backend b = step.backend();
    int bits = step.format().fractionBits();
    List<SecretTensor> rows = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      SecretTensor x = step.operand(i, bits);
      rows.add(b.reshape(x, Shape.matrix(step.records(), x.size() / step.records())));
    }
    return beside(b, rows);
  }

  /** Matrices of equal height, side by side. */
  private SecretTensor beside(Backend b, List<SecretTensor> matrices) {
    if (matrices.getFirst().shape().rows() == 1) {
      return b.concatenate(
          matrices.stream().map(row -> b.reshape(row, Shape.vector(row.size()))).toList());
    }
    int[] all = new int[shape().size()];
    Arrays.setAll(all, j -> j);
    return b.sumColumns(matrices, ColumnSums.at(all.length, all));
  }
}
