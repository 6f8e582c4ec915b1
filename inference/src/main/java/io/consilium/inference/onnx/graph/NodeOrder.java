package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.SparseTensorProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes that the outputs need, each behind those that it reads from. Nodes that are in order
 * stay in their order. The same for the graphs in attributes.
 */
final class NodeOrder {
  private static final int NODES_IN_MESSAGE_MAX = 6;

  private final GraphProto graph;
  private final Set<String> outside;

  /** Node by the names of what it makes. */
  private final Map<String, Integer> makers = new HashMap<>();

  private NodeOrder(GraphProto graph, Set<String> outside) {
    this.graph = graph;
    this.outside = outside;
  }

  /**
   * Prunes and sorts.
   *
   * @throws ModelRefused if a name is made twice or not at all, or the graph has a cycle
   */
  static GraphProto of(GraphProto graph) {
    return new NodeOrder(graph, Set.of()).ordered();
  }

  private GraphProto ordered() {
    Set<String> given = given();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        boolean again = given.contains(output) || makers.putIfAbsent(output, i) != null;
        if (!output.isEmpty() && again) {
          throw new ModelRefused(
              "%s makes '%s', which there is already"
                  .formatted(Nodes.name(graph.getNode(i), i), output));
        }
      }
    }
    Set<String> visible = new HashSet<>(outside);
    visible.addAll(given);
    visible.addAll(makers.keySet());
    Set<Integer> needed = needed();
    GraphProto.Builder ordered =
        graph.toBuilder().clearNode().clearInitializer().clearSparseInitializer();
    Set<String> read = new HashSet<>();
    graph.getOutputList().forEach(output -> read.add(output.getName()));
    for (int i : sorted(needed, visible)) {
      NodeProto node = graph.getNode(i);
      read.addAll(Graphs.reads(node));
      ordered.addNode(Graphs.withNested(node, inner -> new NodeOrder(inner, visible).ordered()));
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      if (read.contains(tensor.getName())) {
        ordered.addInitializer(tensor);
      }
    }
    for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
      if (read.contains(sparse.getValues().getName())) {
        ordered.addSparseInitializer(sparse);
      }
    }
    return ordered.build();
  }

  /** Inputs and initialisers; an initialiser may be listed as an input, too. */
  private Set<String> given() {
    Set<String> given = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      given.add(input.getName());
    }
    graph.getInitializerList().forEach(tensor -> given.add(tensor.getName()));
    graph.getSparseInitializerList().forEach(sparse -> given.add(sparse.getValues().getName()));
    return given;
  }

  private Set<Integer> needed() {
    Set<Integer> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    graph.getOutputList().forEach(output -> open.add(output.getName()));
    while (!open.isEmpty()) {
      Integer maker = makers.get(open.pop());
      if (maker != null && needed.add(maker)) {
        open.addAll(Graphs.reads(graph.getNode(maker)));
      }
    }
    return needed;
  }

  /** Depth first without recursion: a chain of nodes may be as long as the limit of nodes. */
  private List<Integer> sorted(Set<Integer> needed, Set<String> visible) {
    List<Integer> sorted = new ArrayList<>();
    Set<Integer> done = new HashSet<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (needed.contains(i) && !done.contains(i)) {
        sortFrom(i, visible, done, sorted);
      }
    }
    return sorted;
  }

  private record Open(int node, Iterator<String> reads) {}

  private void sortFrom(int start, Set<String> visible, Set<Integer> done, List<Integer> sorted) {
    Deque<Open> path = new ArrayDeque<>();
    Set<Integer> onPath = new HashSet<>();
    path.push(open(start, visible));
    onPath.add(start);
    while (!path.isEmpty()) {
      Open top = path.peek();
      if (!top.reads().hasNext()) {
        path.pop();
        onPath.remove(top.node());
        done.add(top.node());
        sorted.add(top.node());
        continue;
      }
      Integer maker = makers.get(top.reads().next());
      if (maker == null || done.contains(maker)) {
        continue;
      }
      if (!onPath.add(maker)) {
        throw cycle(path, maker);
      }
      path.push(open(maker, visible));
    }
  }

  private Open open(int i, Set<String> visible) {
    NodeProto node = graph.getNode(i);
    Set<String> reads = Graphs.reads(node);
    for (String read : reads) {
      if (!visible.contains(read)) {
        throw new ModelRefused(
            "%s reads '%s', which nothing makes".formatted(Nodes.name(node, i), read));
      }
    }
    return new Open(i, reads.iterator());
  }

  private ModelRefused cycle(Deque<Open> path, int again) {
    NodeProto last = graph.getNode(path.peek().node());
    if (path.peek().node() == again) {
      String own =
          last.getOutputList().stream().filter(Graphs.reads(last)::contains).findFirst().orElse("");
      return new ModelRefused(
          "%s reads its own output '%s'".formatted(Nodes.name(last, again), own));
    }
    List<NodeProto> around = new ArrayList<>();
    for (Open open : path) {
      around.addFirst(graph.getNode(open.node()));
      if (open.node() == again) {
        break;
      }
    }
    StringBuilder message = new StringBuilder("the graph has a cycle: ");
    for (int i = 0; i < Math.min(around.size(), NODES_IN_MESSAGE_MAX); i++) {
      NodeProto next = around.get((i + 1) % around.size());
      String read =
          next.getOutputList().stream()
              .filter(Graphs.reads(around.get(i))::contains)
              .findFirst()
              .orElse("");
      message
          .append(i == 0 ? Nodes.name(around.get(i), 0) + " reads '" : ", which reads '")
          .append(read)
          .append("' of ")
          .append(Nodes.name(next, 0));
    }
    return new ModelRefused(message.toString());
  }
}
