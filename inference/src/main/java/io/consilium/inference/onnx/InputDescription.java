package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.ElementType;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An input that a model asks for.
 *
 * @param dimensions of its shape, {@link #OPEN} for those that the model leaves open
 * @param isPublic whether what is computed depends on it, so that it has to be given at import
 */
public record InputDescription(
    String name, ElementType type, List<Integer> dimensions, boolean isPublic) {
  /** A dimension that the model leaves open, such as the number of rows. */
  public static final int OPEN = -1;

  public InputDescription {
    dimensions = List.copyOf(dimensions);
  }

  @Override
  public String toString() {
    String shape =
        dimensions.stream()
            .map(d -> d == OPEN ? "?" : String.valueOf(d))
            .collect(Collectors.joining(", ", "[", "]"));
    return "%s %s %s".formatted(name, type, shape);
  }
}
