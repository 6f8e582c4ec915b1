package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * An operator of one or two tensors that only the arithmetic of shapes uses, on known numbers.
 *
 * @param toTruth whether the result is a truth value
 */
record PublicOnly(DoubleBinaryOperator f, boolean toTruth) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Tensor x = call.known(0);
    Value first = call.program().constant(x);
    Value second = call.has(1) ? call.program().constant(call.known(1)) : first;
    ElementType type = toTruth ? ElementType.BOOL : x.type();
    return List.of(call.program().fold(first, second, type, f));
  }
}
