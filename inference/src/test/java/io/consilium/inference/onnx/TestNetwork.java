package io.consilium.inference.onnx;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.TypeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Models written down in a test. */
final class TestNetwork {
  private static final int OPSET = 18;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);

  TestNetwork input(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape).build();
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(type)));
    return this;
  }

  TestNetwork output(String name) {
    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
    return this;
  }

  /** A node from inputs to one output, both separated by blanks. */
  TestNetwork node(String operator, String inputs, String outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName("the " + operator)
            .setOpType(operator)
            .addAllInput(List.of(inputs.split(" ")))
            .addAllOutput(List.of(outputs.split(" ")))
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  /** Random weights between plus and minus a bound. */
  TestNetwork weights(String name, double bound, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    long count = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      count *= dim;
    }
    for (long i = 0; i < count; i++) {
      tensor.addFloatData((float) random.nextDouble(-bound, bound));
    }
    return initialiser(tensor.build());
  }

  TestNetwork reals(String name, float... elements) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(elements.length);
    for (float element : elements) {
      tensor.addFloatData(element);
    }
    return initialiser(tensor.build());
  }

  /** Reals in another shape. */
  TestNetwork tensor(String name, List<Long> dims, float... elements) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addAllDims(dims);
    for (float element : elements) {
      tensor.addFloatData(element);
    }
    return initialiser(tensor.build());
  }

  TestNetwork integers(String name, long... elements) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(elements.length);
    for (long element : elements) {
      tensor.addInt64Data(element);
    }
    return initialiser(tensor.build());
  }

  TestNetwork initialiser(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  static AttributeProto attribute(String name, long... numbers) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (long number : numbers) {
      attribute.addInts(number);
    }
    return attribute.build();
  }

  static AttributeProto number(String name, long number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INT)
        .setI(number)
        .build();
  }

  static AttributeProto real(String name, double number) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF((float) number)
        .build();
  }

  static AttributeProto text(String name, String text) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(text))
        .build();
  }

  ModelProto proto() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .build();
  }

  OnnxFile.Model model() {
    return new OnnxFile.Model(proto(), Path.of("").toAbsolutePath());
  }

  Program program() {
    return OnnxImport.translate(model(), ImportOptions.secretWeights(), ModelLimits.DEFAULT);
  }

  /** A small network of every kind of layer that networks of images have. */
  static TestNetwork images() {
    return new TestNetwork()
        .input("x", 1, 2, 8, 8)
        .weights("w1", 0.5, 4, 2, 3, 3)
        .reals("scale", 1.5f, 0.5f, 2, 1)
        .reals("shift", 0.1f, -0.2f, 0.3f, 0)
        .reals("mean", 0.2f, 0.1f, -0.1f, 0)
        .reals("variance", 1, 0.5f, 2, 4)
        .node("Conv", "x w1", "a", attribute("pads", 1, 1, 1, 1))
        .node("BatchNormalization", "a scale shift mean variance", "b")
        .node("Relu", "b", "c")
        .node("MaxPool", "c", "d", attribute("kernel_shape", 2, 2), attribute("strides", 2, 2))
        .weights("w2", 0.5, 4, 2, 2, 2)
        .node("ConvTranspose", "d w2", "e", attribute("strides", 2, 2), number("group", 2))
        .node("Add", "c e", "f")
        .node("Sigmoid", "f", "g")
        .node("GlobalAveragePool", "g", "h")
        .node("Flatten", "h", "i")
        .weights("w3", 1, 4, 3)
        .reals("b3", 0.5f, -0.5f, 0)
        .node("Gemm", "i w3 b3", "j")
        .node("Softmax", "j", "y")
        .output("y");
  }
}
