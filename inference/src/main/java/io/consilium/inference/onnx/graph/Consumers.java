package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who reads and who makes a name, in a graph and the graphs in it. Graphs in attributes may use a
 * name again; then all who read any of them are meant.
 */
final class Consumers {
  /** One input of a node. */
  record Read(NodeProto node, int input) {}

  private final Map<String, List<Read>> reads = new HashMap<>();
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final List<String> outputs = new ArrayList<>();

  Consumers(GraphProto graph) {
    Graphs.forEachNode(graph, this::add);
    graph.getOutputList().forEach(output -> outputs.add(output.getName()));
  }

  private void add(NodeProto node) {
    for (int i = 0; i < node.getInputCount(); i++) {
      reads.computeIfAbsent(node.getInput(i), _ -> new ArrayList<>()).add(new Read(node, i));
    }
    node.getOutputList().forEach(output -> makers.put(output, node));
    for (GraphProto inner : Graphs.nested(node)) {
      inner.getOutputList().forEach(output -> outputs.add(output.getName()));
    }
  }

  List<Read> of(String name) {
    return reads.getOrDefault(name, List.of());
  }

  Optional<NodeProto> maker(String name) {
    return Optional.ofNullable(makers.get(name));
  }

  /** Whether a name is an output of the graph or of one in it. */
  boolean isOutput(String name) {
    return outputs.contains(name);
  }
}
