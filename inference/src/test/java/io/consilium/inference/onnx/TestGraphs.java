package io.consilium.inference.onnx;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Parts of models that {@link TestNetwork} has no words for, and runs in the clear. */
final class TestGraphs {
  static final int FLOAT = 1;
  static final int INT8 = 3;
  static final int INT64 = 7;
  static final int STRING = 8;
  static final int BOOL = 9;

  private TestGraphs() {}

  static OnnxFile.Model model(ModelProto proto) {
    return new OnnxFile.Model(proto, Path.of("").toAbsolutePath());
  }

  static Program program(ModelProto proto) {
    return OnnxImport.translate(model(proto), ImportOptions.secretWeights(), ModelLimits.DEFAULT);
  }

  /** The first output in the clear. */
  static double[] run(ModelProto proto, double[]... inputs) {
    return program(proto).evaluate(List.of(inputs), (_, _) -> {}).getFirst();
  }

  static NodeProto node(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .addAllAttribute(List.of(attributes))
        .build();
  }

  static NodeProto classical(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    return node(operator, inputs, outputs, attributes).toBuilder().setDomain("ai.onnx.ml").build();
  }

  static GraphProto graph(List<String> inputs, List<String> outputs, NodeProto... nodes) {
    GraphProto.Builder graph = GraphProto.newBuilder().addAllNode(List.of(nodes));
    inputs.forEach(name -> graph.addInput(ValueInfoProto.newBuilder().setName(name)));
    outputs.forEach(name -> graph.addOutput(ValueInfoProto.newBuilder().setName(name)));
    return graph.build();
  }

  static AttributeProto graph(String name, GraphProto graph) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.GRAPH)
        .setG(graph)
        .build();
  }

  static AttributeProto reference(String name, String of, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type).setRefAttrName(of).build();
  }

  static AttributeProto value(TensorProto tensor) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeType.TENSOR)
        .setT(tensor)
        .build();
  }

  static AttributeProto reals(String name, float... numbers) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOATS);
    for (float number : numbers) {
      attribute.addFloats(number);
    }
    return attribute.build();
  }

  static AttributeProto texts(String name, String... texts) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.STRINGS);
    for (String text : texts) {
      attribute.addStrings(ByteString.copyFromUtf8(text));
    }
    return attribute.build();
  }

  /** A tensor of any type; FLOAT, INT64, and others that are listed as 32-bit integers. */
  static TensorProto tensor(String name, int type, List<Long> dims, double... elements) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type).addAllDims(dims);
    for (double element : elements) {
      if (type == FLOAT) {
        tensor.addFloatData((float) element);
      } else if (type == INT64) {
        tensor.addInt64Data((long) element);
      } else {
        tensor.addInt32Data((int) element);
      }
    }
    return tensor.build();
  }

  static ModelProto with(ModelProto model, NodeProto... nodes) {
    ModelProto.Builder changed = model.toBuilder();
    changed.getGraphBuilder().addAllNode(List.of(nodes));
    return changed.build();
  }

  static ModelProto with(ModelProto model, TensorProto... tensors) {
    ModelProto.Builder changed = model.toBuilder();
    changed.getGraphBuilder().addAllInitializer(List.of(tensors));
    return changed.build();
  }

  /** What a node gives for known inputs alone. */
  static double[] constant(
      String operator, int output, List<TensorProto> inputs, AttributeProto... attributes) {
    List<String> names = inputs.stream().map(TensorProto::getName).toList();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i <= output; i++) {
      outputs.add("z" + i);
    }
    ModelProto model =
        with(
            with(
                new TestNetwork().output("z" + output).proto(), inputs.toArray(TensorProto[]::new)),
            node(operator, names, outputs, attributes));
    return program(model).outputs().getFirst().value().known().elements();
  }

  static TensorProto vector(String name, double... elements) {
    return tensor(name, FLOAT, List.of((long) elements.length), elements);
  }

  static TensorProto integers(String name, double... elements) {
    return tensor(name, INT64, List.of((long) elements.length), elements);
  }
}
