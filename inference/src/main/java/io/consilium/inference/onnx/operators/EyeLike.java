package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** EyeLike: ones on a diagonal; public whatever the matrix is whose shape it has. */
final class EyeLike implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Shape shape = call.input(0).shape();
    if (shape.rank() != 2) {
      throw call.refusal(shape + " is no matrix");
    }
    long k = call.attributes().integer("k", 0);
    ElementType type =
        call.attributes()
            .integer("dtype")
            .map(number ->
                ElementType.numbered(number)
                    .orElseThrow(() -> call.refusal("its type is not supported")))
            .orElse(call.input(0).type());
    int columns = Dims.dim(shape, 1);
    call.program().requireRoom(shape.size());
    double[] ones = new double[shape.size()];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = i % columns - i / columns == k ? 1 : 0;
    }
    return List.of(call.program().constant(new Tensor(type, shape, ones)));
  }
}
