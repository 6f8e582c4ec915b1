package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.constants.Casts;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Reshaped;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * Cast, and CastLike, which takes the type of its second input. Known numbers take any type; secret
 * ones are fixed-point numbers whatever their type.
 */
record Cast(boolean like) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    ElementType type = type(call);
    if (x.isKnown()) {
      return List.of(p.folded(Casts.cast(x.known(), type), !x.isPublic()));
    }
    if (x.type() == type) {
      return List.of(x);
    }
    if (type == ElementType.BOOL) {
      Value zero = p.constant(0);
      return List.of(p.add(p.less(zero, x), p.less(x, zero)));
    }
    if (x.type().isReal() && !type.isReal()) {
      throw call.refusal(
          "it cuts secret reals to whole numbers; leave the cast out of the network");
    }
    return List.of(p.emit(new Reshaped(x, x.shape()), type));
  }

  private ElementType type(Call call) {
    return like
        ? call.input(1).type()
        : ElementType.numbered(call.attributes().integer("to", 0))
            .orElseThrow(() -> call.refusal("it casts to a type that is not supported"));
  }
}
