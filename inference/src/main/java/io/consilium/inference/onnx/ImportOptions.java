package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.Map;

/**
 * What an import has to be told.
 *
 * @param shapes of inputs whose shape the model leaves open; an open dimension is 1 otherwise
 * @param given inputs that are public
 * @param publicWeights whether everybody may know the weights
 */
public record ImportOptions(
    Map<String, Shape> shapes, Map<String, Tensor> given, boolean publicWeights) {
  public ImportOptions {
    shapes = Map.copyOf(shapes);
    given = Map.copyOf(given);
  }

  /** Secret weights, and shapes as the model has them. */
  public static ImportOptions secretWeights() {
    return new ImportOptions(Map.of(), Map.of(), false);
  }
}
