package io.consilium.party;

import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.TypeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import io.consilium.protocols.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A network of pictures, and files for it. */
public final class Networks {
  static final Shape SHAPE = new Shape(List.of(1, 1, 4, 4));
  static final int PIXELS = 16;

  /** Two kernels of 3 x 3, a matrix of 32 x 3, and 3 biases. */
  public static final int WEIGHTS = 2 * 9 + 32 * 3 + 3;

  private static final int FLOAT = 1;

  private Networks() {}

  public static ModelProto pictures() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    AttributeProto pads =
        AttributeProto.newBuilder()
            .setName("pads")
            .setType(AttributeProto.AttributeType.INTS)
            .addAllInts(List.of(1L, 1L, 1L, 1L))
            .build();
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int size : SHAPE.dimensions()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    TypeProto type =
        TypeProto.newBuilder()
            .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape))
            .build();
    GraphProto graph =
        GraphProto.newBuilder()
            .addInput(ValueInfoProto.newBuilder().setName("x").setType(type))
            .addOutput(ValueInfoProto.newBuilder().setName("y"))
            .addInitializer(weights("kernels", random, 2, 1, 3, 3))
            .addInitializer(weights("matrix", random, 32, 3))
            .addInitializer(weights("bias", random, 3))
            .addNode(node("Conv", "a", "x", "kernels").toBuilder().addAttribute(pads))
            .addNode(node("Relu", "b", "a"))
            .addNode(node("Flatten", "c", "b"))
            .addNode(node("Gemm", "y", "c", "matrix", "bias"))
            .build();
    return ModelProto.newBuilder()
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .build();
  }

  private static TensorProto weights(String name, RandomGenerator random, long... dimensions) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    long count = 1;
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
      count *= dimension;
    }
    for (long i = 0; i < count; i++) {
      tensor.addFloatData((float) random.nextDouble(-1, 1));
    }
    return tensor.build();
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName("the " + operator)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  /** A folder with one data set. */
  static void samples(Path folder, double[] elements) throws IOException {
    Path set = Files.createDirectories(folder.resolve("test_data_set_0"));
    Path _ = pb(set.resolve("input_0.pb"), SHAPE, elements);
  }

  static Path pb(Path file, Shape shape, double[] elements) throws IOException {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(FLOAT);
    shape.dimensions().forEach(tensor::addDims);
    for (double element : elements) {
      tensor.addFloatData((float) element);
    }
    return Files.write(file, tensor.build().toByteArray());
  }

  static Path npy(Path file, Shape shape, double[] elements) throws IOException {
    String sizes =
        String.join(", ", shape.dimensions().stream().map(String::valueOf).toList()) + ",";
    String header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + sizes + "), }\n";
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + text.length + Double.BYTES * elements.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) text.length).put(text);
    for (double element : elements) {
      bytes.putDouble(element);
    }
    return Files.write(file, bytes.array());
  }
}
