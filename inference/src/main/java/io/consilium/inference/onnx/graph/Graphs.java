package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What nodes read and make. A graph in an attribute may read what the graphs around it have. */
public final class Graphs {
  private Graphs() {}

  /** The graphs in the attributes of a node. */
  public static List<GraphProto> nested(NodeProto node) {
    List<GraphProto> nested = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        nested.add(attribute.getG());
      }
      nested.addAll(attribute.getGraphsList());
    }
    return nested;
  }

  /** Names of the surrounding graphs that a node reads, those in its own graphs included. */
  public static Set<String> reads(NodeProto node) {
    Set<String> reads = new LinkedHashSet<>();
    for (String input : node.getInputList()) {
      if (!input.isEmpty()) {
        reads.add(input);
      }
    }
    nested(node).forEach(graph -> reads.addAll(captured(graph)));
    return reads;
  }

  /** Names that a graph reads and does not make. */
  static Set<String> captured(GraphProto graph) {
    Set<String> made = made(graph);
    Set<String> captured = new LinkedHashSet<>();
    graph.getNodeList().forEach(node -> captured.addAll(reads(node)));
    graph.getOutputList().forEach(output -> captured.add(output.getName()));
    captured.removeAll(made);
    return captured;
  }

  /** Names that a graph has by itself. */
  static Set<String> made(GraphProto graph) {
    Set<String> made = new HashSet<>();
    graph.getInputList().forEach(input -> made.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> made.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(tensor -> made.add(tensor.getValues().getName()));
    graph.getNodeList().forEach(node -> made.addAll(node.getOutputList()));
    return made;
  }

  /** Every node of a graph and of the graphs in it. */
  public static void forEachNode(GraphProto graph, Consumer<NodeProto> action) {
    for (NodeProto node : graph.getNodeList()) {
      action.accept(node);
      nested(node).forEach(inner -> forEachNode(inner, action));
    }
  }

  /** The node with other graphs in its attributes. */
  static NodeProto withNested(NodeProto node, UnaryOperator<GraphProto> change) {
    if (nested(node).isEmpty()) {
      return node;
    }
    NodeProto.Builder changed = node.toBuilder().clearAttribute();
    for (AttributeProto attribute : node.getAttributeList()) {
      AttributeProto.Builder builder = attribute.toBuilder().clearGraphs();
      if (attribute.hasG()) {
        builder.setG(change.apply(attribute.getG()));
      }
      attribute.getGraphsList().forEach(graph -> builder.addGraphs(change.apply(graph)));
      changed.addAttribute(builder);
    }
    return changed.build();
  }
}
