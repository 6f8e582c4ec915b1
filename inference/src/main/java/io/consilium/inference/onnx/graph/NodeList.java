package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard nodes that are written in place of another one, in one version of the operators whatever
 * the model's is.
 */
final class NodeList {
  static final int FLOAT = 1;
  static final int INT32 = 6;
  static final int INT64 = 7;

  private static final int VERSION = 13;

  private final String prefix;
  private final List<NodeProto> nodes;
  private final List<TensorProto> tensors;
  private int made;

  /**
   * A list.
   *
   * @param prefix of all names, unique in the graph
   */
  NodeList(String prefix, List<NodeProto> nodes, List<TensorProto> tensors) {
    this.prefix = prefix;
    this.nodes = nodes;
    this.tensors = tensors;
  }

  /** A node with one output, whose name is the result. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = prefix + made++;
    put(operator, inputs, output, attributes);
    return output;
  }

  /** A node whose output has a name. */
  void put(String operator, List<String> inputs, String output, AttributeProto... attributes) {
    nodes.add(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(operator)
            .setDomain(Nodes.versioned(VERSION))
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes))
            .build());
  }

  String cast(String x, int type) {
    return node("Cast", List.of(x), integer("to", type));
  }

  String reals(List<Float> elements, long... dims) {
    TensorProto.Builder tensor = tensor(FLOAT, dims).addAllFloatData(elements);
    tensors.add(tensor.build());
    return tensor.getName();
  }

  String integers(List<Long> elements, long... dims) {
    TensorProto.Builder tensor = tensor(INT64, dims).addAllInt64Data(elements);
    tensors.add(tensor.build());
    return tensor.getName();
  }

  /** A public number: see {@link WeightRule}. */
  String parameter(float number) {
    AttributeProto value =
        AttributeProto.newBuilder()
            .setName("value_float")
            .setType(AttributeType.FLOAT)
            .setF(number)
            .build();
    return node("Constant", List.of(), value);
  }

  private TensorProto.Builder tensor(int type, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(prefix + made++).setDataType(type);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, long... values) {
    List<Long> list = new ArrayList<>();
    for (long value : values) {
      list.add(value);
    }
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(list)
        .build();
  }
}
