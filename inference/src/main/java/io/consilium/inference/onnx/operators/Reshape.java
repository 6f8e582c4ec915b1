package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Reshape: 0 keeps a dimension, -1 takes what is left. */
final class Reshape implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    List<Long> wanted = call.integers("shape", 1).orElseThrow(() -> call.refusal("no shape"));
    boolean zeroIsZero = call.attributes().integer("allowzero", 0) != 0;
    List<Integer> dimensions = new ArrayList<>();
    int open = -1;
    long rest = 1;
    for (int d = 0; d < wanted.size(); d++) {
      long size = wanted.get(d);
      if (size == 0 && !zeroIsZero) {
        size = d < x.shape().rank() ? x.shape().dimensions().get(d) : -2;
      }
      if (size < -1 || size > Integer.MAX_VALUE || size == -1 && open >= 0) {
        throw call.refusal("there is no shape " + wanted + " for " + x.shape());
      }
      open = size == -1 ? d : open;
      rest *= size == -1 ? 1 : size;
      dimensions.add((int) size);
    }
    if (open >= 0) {
      if (rest == 0 || x.shape().size() % rest != 0) {
        throw call.refusal(x.shape() + " does not fill the shape " + wanted);
      }
      dimensions.set(open, (int) (x.shape().size() / rest));
    }
    return List.of(call.program().reshape(x, new Shape(dimensions)));
  }
}
