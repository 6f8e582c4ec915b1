package io.consilium.inference.onnx;

/**
 * The bounds of what an import reads.
 *
 * @param fileBytesMax of the model's file, and of each file with data of it
 * @param nodesMax of the graph
 * @param dimensionsMax of a tensor
 * @param nestingMax of messages within messages; ONNX itself nests by seven
 */
public record ModelLimits(long fileBytesMax, int nodesMax, int dimensionsMax, int nestingMax) {
  public static final ModelLimits DEFAULT = new ModelLimits(1L << 30, 100_000, 12, 24);
}
