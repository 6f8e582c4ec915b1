package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Reshaped;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Cast. Known numbers take any type; secret ones are fixed-point numbers whatever their type. */
final class Cast implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    ElementType type =
        ElementType.numbered(call.attributes().integer("to", 0))
            .orElseThrow(() -> call.refusal("it casts to a type that is not supported"));
    if (!x.isKnown() && x.type().isReal() && !type.isReal()) {
      throw call.refusal(
          "it cuts secret reals to whole numbers; leave the cast out of the network");
    }
    return List.of(call.program().emit(new Reshaped(x, x.shape()), type));
  }
}
