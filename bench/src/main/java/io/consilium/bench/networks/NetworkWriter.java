package io.consilium.bench.networks;

import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.TypeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Writes a network, layer by layer, as an ONNX model with its weights in a file beside it. Every
 * layer takes and returns the name of a value.
 */
final class NetworkWriter implements AutoCloseable {
  static final String INPUT = "image";
  static final String OUTPUT = "scores";

  private static final int OPSET = 13;
  private static final int IR_VERSION = 8;
  private static final int FLOAT = 1;

  private final Path model;
  private final WeightFile file;
  private final int dimensions;
  private final RandomWeights random;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
  private int named;

  private NetworkWriter(Path model, WeightFile file, int dimensions, long seed) {
    this.model = model;
    this.file = file;
    this.dimensions = dimensions;
    this.random = new RandomWeights(seed);
  }

  /**
   * Begins a network of images or volumes.
   *
   * @param model the file of the model
   * @param dimensions 2 for images, 3 for volumes
   */
  static NetworkWriter of(Path model, int dimensions, long seed) throws IOException {
    Path weights = model.resolveSibling(model.getFileName() + ".data");
    return new NetworkWriter(model, WeightFile.create(weights), dimensions, seed);
  }

  // ---- layers ----------------------------------------------------------------------------------

  String input(int channels, int side) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    List<Integer> sizes = new ArrayList<>(List.of(1, channels));
    sizes.addAll(Collections.nCopies(dimensions, side));
    sizes.forEach(size -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
    graph.addInput(info(INPUT).setType(tensor(shape)));
    return INPUT;
  }

  /** How a layer's window moves, the same in every dimension. */
  record Window(int kernel, int stride, int padding) {
    static final Window POINT = new Window(1, 1, 0);
    static final Window THREE = new Window(3, 1, 1);
  }

  /** A convolution with biases. */
  String convWithBias(String x, int in, int out, Window window) throws IOException {
    return node("Conv", List.of(x, filters(in, out, window), vector(random.small(out))), window);
  }

  /** A convolution without biases. */
  String conv(String x, int in, int out, Window window) throws IOException {
    return node("Conv", List.of(x, filters(in, out, window)), window);
  }

  private String filters(int in, int out, Window window) throws IOException {
    int taps = in * (int) Math.pow(window.kernel(), dimensions);
    long[] dims = new long[dimensions + 2];
    Arrays.fill(dims, window.kernel());
    dims[0] = out;
    dims[1] = in;
    return weights(out, taps, dims);
  }

  /** Doubles the side. */
  String transposedConv(String x, int in, int out) throws IOException {
    Window window = new Window(2, 2, 0);
    long[] dims = new long[dimensions + 2];
    Arrays.fill(dims, window.kernel());
    dims[0] = in;
    dims[1] = out;
    int taps = (int) Math.pow(window.kernel(), dimensions);
    String filters = name("w");
    graph.addInitializer(file.place(filters, dims));
    file.write(random.filterWithMean(in * out * taps, in));
    return node("ConvTranspose", List.of(x, filters, vector(random.small(out))), window);
  }

  /**
   * What a training leaves of a normalisation: statistics near to those of its input.
   *
   * @param scale of its output
   */
  String batchNorm(String x, int channels, double scale) throws IOException {
    return node(
        "BatchNormalization",
        List.of(
            x,
            vector(random.near(channels, scale)),
            vector(random.small(channels)),
            vector(random.small(channels)),
            vector(random.near(channels, 1))));
  }

  String relu(String x) {
    return node("Relu", List.of(x));
  }

  String add(String x, String y) {
    return node("Add", List.of(x, y));
  }

  String concat(String... parts) {
    return node("Concat", List.of(parts), number("axis", 1));
  }

  String maxPool(String x, Window window, boolean ceil) {
    List<AttributeProto> attributes = new ArrayList<>(attributes(window));
    attributes.add(number("ceil_mode", ceil ? 1 : 0));
    return node("MaxPool", List.of(x), attributes.toArray(AttributeProto[]::new));
  }

  String averagePool(String x, Window window) {
    return node("AveragePool", List.of(x), window);
  }

  String globalAveragePool(String x) {
    return node("GlobalAveragePool", List.of(x));
  }

  String flatten(String x) {
    return node("Flatten", List.of(x));
  }

  String dense(String x, int in, int out) throws IOException {
    return node(
        "Gemm",
        List.of(x, weights(out, in, out, in), vector(random.small(out))),
        number("transB", 1));
  }

  /** Writes the model. */
  void finish(String output) throws IOException {
    graph.addNode(
        NodeProto.newBuilder()
            .setName("output")
            .setOpType("Identity")
            .addInput(output)
            .addOutput(OUTPUT));
    graph.addOutput(info(OUTPUT));
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("consilium bench")
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .build();
    Files.write(model, proto.toByteArray());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  // ---- weights ---------------------------------------------------------------------------------

  /** Filters one behind the other. */
  private String weights(int filters, int taps, long... dims) throws IOException {
    String name = name("w");
    graph.addInitializer(file.place(name, dims));
    for (int f = 0; f < filters; f++) {
      file.write(random.filter(taps));
    }
    return name;
  }

  private String vector(float[] numbers) throws IOException {
    String name = name("v");
    graph.addInitializer(file.place(name, numbers.length));
    file.write(numbers);
    return name;
  }

  // ---- nodes -----------------------------------------------------------------------------------

  private String node(String operator, List<String> inputs, Window window) {
    return node(operator, inputs, attributes(window).toArray(AttributeProto[]::new));
  }

  private String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = name(operator);
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  private List<AttributeProto> attributes(Window window) {
    return List.of(
        numbers("kernel_shape", dimensions, window.kernel()),
        numbers("strides", dimensions, window.stride()),
        numbers("pads", 2 * dimensions, window.padding()));
  }

  private String name(String prefix) {
    return prefix + "-" + named++;
  }

  private static AttributeProto numbers(String name, int count, long number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(Collections.nCopies(count, number))
        .build();
  }

  private static AttributeProto number(String name, long number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INT)
        .setI(number)
        .build();
  }

  private static ValueInfoProto.Builder info(String name) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT)));
  }

  private static TypeProto tensor(TensorShapeProto.Builder shape) {
    return TypeProto.newBuilder()
        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape))
        .build();
  }
}
