package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.program.Tensor;
import java.util.List;

/**
 * An operator that is computed of known tensors.
 *
 * @param decides whether the shape of its result depends on elements, which are public then
 */
public record ConstantOperator(Evaluation evaluation, boolean decides) {
  /** Known tensors to known tensors. */
  @FunctionalInterface
  public interface Evaluation {
    /**
     * The outputs of a node, at least as many as it names.
     *
     * @throws IllegalArgumentException if inputs or attributes do not fit
     */
    List<Tensor> of(ConstantCall call);
  }
}
