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
 * @param initialisers elements of initialisers that the file lacks, by name
 * @param output what an answer tells
 */
public record ImportOptions(
    Map<String, Shape> shapes,
    Map<String, Tensor> given,
    boolean publicWeights,
    Map<String, Tensor> initialisers,
    OutputRule output) {
  public ImportOptions {
    shapes = Map.copyOf(shapes);
    given = Map.copyOf(given);
    initialisers = Map.copyOf(initialisers);
  }

  /** A whole file, whose outputs are answered as they are. */
  public ImportOptions(
      Map<String, Shape> shapes, Map<String, Tensor> given, boolean publicWeights) {
    this(shapes, given, publicWeights, Map.of(), OutputRule.LOGITS);
  }

  /** Secret weights, and shapes as the model has them. */
  public static ImportOptions secretWeights() {
    return new ImportOptions(Map.of(), Map.of(), false);
  }

  /** The same with other elements for initialisers that the file lacks. */
  ImportOptions with(Map<String, Tensor> changed) {
    return new ImportOptions(shapes, given, publicWeights, changed, output);
  }

  /** The same with other privacy of the weights and another answer. */
  ImportOptions with(boolean changedWeights, OutputRule changedOutput) {
    return new ImportOptions(shapes, given, changedWeights, initialisers, changedOutput);
  }
}
