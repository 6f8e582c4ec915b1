package io.consilium.bench.networks;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts made-up weights into a model whose own were replaced by one number everywhere, as in the
 * folder {@code light} of ONNX's tests. With the constants themselves activations grow from layer
 * to layer, up to 10^21, which no fixed-point format holds.
 */
public final class MadeUpWeights {
  private static final int FLOAT = 1;
  private static final int VARIANCE = 4;
  private static final String CONSTANT = "ConstantOfShape";

  private final GraphProto graph;
  private final RandomWeights random;
  private final Map<String, List<Long>> shapes = new HashMap<>();
  private final Map<String, TensorProto> made = new HashMap<>();

  private MadeUpWeights(GraphProto graph, long seed) {
    this.graph = graph;
    this.random = new RandomWeights(seed);
  }

  /** The model with other weights in every convolution, dense layer and normalisation. */
  public static ModelProto in(ModelProto model, long seed) {
    return model.toBuilder().setGraph(new MadeUpWeights(model.getGraph(), seed).filled()).build();
  }

  private GraphProto filled() {
    graph.getInitializerList().stream()
        .filter(tensor -> tensor.getDataType() == FLOAT)
        .forEach(tensor -> shapes.put(tensor.getName(), tensor.getDimsList()));
    graph.getNodeList().stream()
        .filter(node -> node.getOpType().equals(CONSTANT))
        .forEach(node -> shapes.put(node.getOutput(0), shape(node.getInput(0))));
    graph.getNodeList().forEach(this::fill);
    GraphProto.Builder filled = graph.toBuilder().clearNode().clearInitializer();
    graph.getNodeList().stream()
        .filter(node -> !made.containsKey(node.getOutput(0)))
        .forEach(filled::addNode);
    graph.getInitializerList().stream()
        .filter(tensor -> !made.containsKey(tensor.getName()))
        .forEach(filled::addInitializer);
    return filled.addAllInitializer(made.values()).build();
  }

  /** The integers of an initialiser. */
  private List<Long> shape(String name) {
    TensorProto tensor =
        graph.getInitializerList().stream()
            .filter(candidate -> candidate.getName().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no shape is called " + name));
    if (!tensor.hasRawData()) {
      return tensor.getInt64DataList();
    }
    List<Long> dimensions = new ArrayList<>();
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      dimensions.add(bytes.getLong());
    }
    return dimensions;
  }

  private void fill(NodeProto node) {
    switch (node.getOpType()) {
      case "Conv", "Gemm" -> {
        filters(node.getInput(1));
        if (node.getInputCount() > 2) {
          vector(node.getInput(2), false);
        }
      }
      case "BatchNormalization" -> {
        for (int i = 1; i <= VARIANCE; i++) {
          vector(node.getInput(i), i == 1 || i == VARIANCE);
        }
      }
      case "Reshape" -> filters(node.getInput(0));
      default -> {
        // It has no weights.
      }
    }
  }

  private void filters(String name) {
    List<Long> dims = shapes.get(name);
    if (dims == null || dims.size() < 2) {
      return;
    }
    int taps = Math.toIntExact(dims.stream().skip(1).reduce(1L, Math::multiplyExact));
    ByteBuffer bytes = buffer(dims.getFirst() * taps);
    for (int f = 0; f < dims.getFirst(); f++) {
      put(bytes, random.filter(taps));
    }
    make(name, dims, bytes);
  }

  private void vector(String name, boolean nearOne) {
    List<Long> dims = shapes.get(name);
    if (dims == null) {
      return;
    }
    int count = Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
    ByteBuffer bytes = buffer(count);
    put(bytes, nearOne ? random.near(count, 1) : random.small(count));
    make(name, dims, bytes);
  }

  private static ByteBuffer buffer(long numbers) {
    return ByteBuffer.allocate(Math.toIntExact(numbers * Float.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void put(ByteBuffer bytes, float[] numbers) {
    for (float number : numbers) {
      bytes.putFloat(number);
    }
  }

  private void make(String name, List<Long> dims, ByteBuffer bytes) {
    made.put(
        name,
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(FLOAT)
            .addAllDims(dims)
            .setRawData(ByteString.copyFrom(bytes.flip()))
            .build());
  }
}
