package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * Less, Greater and their negations.
 *
 * @param swapped whether y < x is meant
 * @param negated whether the opposite is
 */
record Comparison(boolean swapped, boolean negated) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value less =
        swapped ? p.less(call.input(1), call.input(0)) : p.less(call.input(0), call.input(1));
    return List.of(negated ? p.not(less) : less);
  }
}
