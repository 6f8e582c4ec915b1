package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** IsNaN and IsInf: a ring has neither, so the answer is no, whatever the secret is. */
record NeverOnShares() implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    double[] no = new double[x.shape().size()];
    return List.of(call.program().constant(new Tensor(ElementType.BOOL, x.shape(), no)));
  }
}
