package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * Equal: of numbers neither below nor above each other, in the finer of their formats; of truth
 * values 1 - (x - y)^2.
 */
final class Equal implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value y = call.input(1);
    if (x.type() == ElementType.BOOL && y.type() == ElementType.BOOL) {
      Value difference = p.subtract(x, y);
      return List.of(p.not(p.multiply(difference, difference)));
    }
    return List.of(p.not(p.add(p.less(x, y), p.less(y, x))));
  }
}
