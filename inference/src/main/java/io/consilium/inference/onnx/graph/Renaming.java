package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import java.util.function.UnaryOperator;

/** Gives values other names, in nodes and in the graphs in their attributes. */
record Renaming(UnaryOperator<String> names) {
  NodeProto of(NodeProto node) {
    NodeProto.Builder renamed = node.toBuilder().clearInput().clearOutput();
    node.getInputList().forEach(input -> renamed.addInput(name(input)));
    node.getOutputList().forEach(output -> renamed.addOutput(name(output)));
    return Graphs.withNested(renamed.build(), this::of);
  }

  private GraphProto of(GraphProto graph) {
    GraphProto.Builder renamed = graph.toBuilder().clearNode();
    graph.getNodeList().forEach(node -> renamed.addNode(of(node)));
    renamed.getInputBuilderList().forEach(input -> input.setName(name(input.getName())));
    renamed.getOutputBuilderList().forEach(output -> output.setName(name(output.getName())));
    renamed.getInitializerBuilderList().forEach(tensor -> tensor.setName(name(tensor.getName())));
    renamed
        .getSparseInitializerBuilderList()
        .forEach(t -> t.getValuesBuilder().setName(name(t.getValues().getName())));
    return renamed.build();
  }

  private String name(String name) {
    return name.isEmpty() ? name : names.apply(name);
  }
}
