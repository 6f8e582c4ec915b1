package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * An operator that only the arithmetic of shapes uses. Of constants it is computed before it comes
 * here, so this says which of its inputs is not known.
 */
record ConstantsOnly() implements Operator {
  @Override
  public List<Value> translate(Call call) {
    for (int i = 0; i < call.inputs().size(); i++) {
      if (call.has(i)) {
        Tensor _ = call.known(i);
      }
    }
    throw call.refusal("it cannot be computed of constants");
  }
}
