package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.SparseTensorProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves weights to the initialisers of the outermost graph, wherever a file keeps them: in {@code
 * Constant} nodes, in sparse tensors, in graphs of branches and loops. Only there they are secret.
 */
final class Hoisting {
  private static final int FLOAT = 1;

  private static final long SPARSE_BYTES_MAX = 1L << 28;

  private final WeightRule rule;
  private final List<TensorProto> hoisted = new ArrayList<>();
  private int graphs;
  private long bytes;

  private Hoisting(GraphProto graph) {
    this.rule = new WeightRule(graph);
  }

  static GraphProto of(GraphProto graph) {
    Hoisting hoisting = new Hoisting(graph);
    GraphProto.Builder changed = graph.toBuilder().clearNode().clearSparseInitializer();
    graph
        .getSparseInitializerList()
        .forEach(sparse -> changed.addInitializer(hoisting.written(sparse)));
    for (NodeProto node : graph.getNodeList()) {
      Optional<TensorProto> weight = hoisting.weight(node);
      if (weight.isPresent()) {
        changed.addInitializer(weight.get());
      } else {
        changed.addNode(Graphs.withNested(hoisting.dense(node), hoisting::inner));
      }
    }
    return changed.addAllInitializer(hoisting.hoisted).build();
  }

  /** A sparse tensor, written out; all of them together have a limit, since their file is small. */
  private TensorProto written(SparseTensorProto sparse) {
    TensorProto dense = SparseTensors.dense(sparse);
    bytes += dense.getRawData().size();
    if (bytes > SPARSE_BYTES_MAX) {
      throw new ModelRefused(
          "its sparse tensors have more than %d bytes when they are written out"
              .formatted(SPARSE_BYTES_MAX));
    }
    return dense;
  }

  /** A graph in an attribute, whose names may occur elsewhere. */
  private GraphProto inner(GraphProto graph) {
    String prefix = "graph " + graphs++ + "/";
    Map<String, String> moved = new HashMap<>();
    GraphProto.Builder changed =
        graph.toBuilder().clearNode().clearInitializer().clearSparseInitializer();
    graph.getInitializerList().forEach(tensor -> hoist(tensor, prefix, moved));
    graph.getSparseInitializerList().forEach(sparse -> hoist(written(sparse), prefix, moved));
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      Optional<TensorProto> weight = weight(node);
      if (weight.isPresent()) {
        hoist(weight.get(), prefix, moved);
      } else {
        nodes.add(Graphs.withNested(dense(node), this::inner));
      }
    }
    Renaming renaming = new Renaming(name -> moved.getOrDefault(name, name));
    nodes.forEach(node -> changed.addNode(renaming.of(node)));
    changed
        .getOutputBuilderList()
        .forEach(out -> out.setName(moved.getOrDefault(out.getName(), out.getName())));
    return changed.build();
  }

  private void hoist(TensorProto tensor, String prefix, Map<String, String> moved) {
    String name = prefix + tensor.getName();
    moved.put(tensor.getName(), name);
    hoisted.add(tensor.toBuilder().setName(name).build());
  }

  /** What a Constant node makes, if it is a weight. */
  private Optional<TensorProto> weight(NodeProto node) {
    if (!isConstant(node) || node.getOutputCount() != 1) {
      return Optional.empty();
    }
    String name = node.getOutput(0);
    return tensor(node)
        .filter(tensor -> rule.isWeight(tensor, name))
        .map(tensor -> tensor.toBuilder().setName(name).build());
  }

  private static boolean isConstant(NodeProto node) {
    return node.getOpType().equals("Constant") && Nodes.isStandard(node.getDomain());
  }

  private Optional<TensorProto> tensor(NodeProto node) {
    if (node.getAttributeCount() != 1) {
      return Optional.empty();
    }
    AttributeProto attribute = node.getAttribute(0);
    return switch (attribute.getName()) {
      case "value" -> attribute.hasT() ? Optional.of(attribute.getT()) : Optional.empty();
      case "sparse_value" -> Optional.of(dense(attribute, node));
      case "value_float" ->
          Optional.of(
              TensorProto.newBuilder().setDataType(FLOAT).addFloatData(attribute.getF()).build());
      case "value_floats" ->
          Optional.of(
              TensorProto.newBuilder()
                  .setDataType(FLOAT)
                  .addDims(attribute.getFloatsCount())
                  .addAllFloatData(attribute.getFloatsList())
                  .build());
      default -> Optional.empty();
    };
  }

  private TensorProto dense(AttributeProto attribute, NodeProto node) {
    if (!attribute.hasSparseTensor()) {
      throw new ModelRefused(Nodes.name(node, 0) + ": 'sparse_value' is no sparse tensor");
    }
    return written(attribute.getSparseTensor());
  }

  /** The node, with a dense tensor in place of a sparse one. */
  private NodeProto dense(NodeProto node) {
    if (!isConstant(node)
        || node.getAttributeCount() != 1
        || !node.getAttribute(0).getName().equals("sparse_value")) {
      return node;
    }
    AttributeProto dense =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(dense(node.getAttribute(0), node))
            .build();
    return node.toBuilder().setAttribute(0, dense).build();
  }
}
