package io.consilium.inference.onnx.program;

import io.consilium.protocols.Shape;
import java.util.List;

/**
 * The largest few of each column, [k, n] to [count, n], the largest first. Rounds: those of {@link
 * IndicesOfLargest}, with which it shares them.
 */
public record LargestFew(Value x, int count) implements Instruction {
  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return Shape.matrix(count, x.shape().columns());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] from = operands.getFirst();
    double[] places = new IndicesOfLargest(x, count).evaluate(operands);
    int columns = x.shape().columns();
    double[] values = new double[places.length];
    for (int i = 0; i < values.length; i++) {
      int place = (int) places[i];
      values[i] = from[place * columns + i % columns];
    }
    return values;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.getFirst();
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public Bundle bundle() {
    return new IndicesOfLargest.Tops(count);
  }
}
