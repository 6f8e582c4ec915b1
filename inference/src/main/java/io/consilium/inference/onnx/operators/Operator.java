package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** What one operator of ONNX means in instructions. */
@FunctionalInterface
public interface Operator {
  /**
   * Translates a node.
   *
   * @return its outputs, at least as many as the node names
   * @throws io.consilium.inference.onnx.program.ModelRefused if it cannot; the message names the
   *     node
   */
  List<Value> translate(Call call);
}
