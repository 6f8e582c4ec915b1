package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.Arrays;
import java.util.List;

/** Dropout drops nothing when a network answers. */
final class Dropout implements Operator {
  @Override
  public List<Value> translate(Call call) {
    if (call.has(2) && call.known(2).elements()[0] != 0) {
      throw call.refusal("it is in training mode; export the network for inference");
    }
    Value x = call.input(0);
    if (call.outputs() < 2) {
      return List.of(x);
    }
    double[] ones = new double[x.shape().size()];
    Arrays.fill(ones, 1);
    return List.of(x, call.program().constant(new Tensor(ElementType.BOOL, x.shape(), ones)));
  }
}
