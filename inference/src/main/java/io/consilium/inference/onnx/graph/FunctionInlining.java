package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.FunctionProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the nodes of a model's own functions in place of each call: with the names of the call's
 * values, its attributes, and the version of the operators that the function asks for. Functions
 * may call each other, but not themselves.
 */
final class FunctionInlining {
  private static final int DEPTH_MAX = 32;

  private record Key(String domain, String name, String overload) {
    static Key of(NodeProto node) {
      return new Key(domain(node.getDomain()), node.getOpType(), node.getOverload());
    }

    static Key of(FunctionProto function) {
      return new Key(domain(function.getDomain()), function.getName(), function.getOverload());
    }

    private static String domain(String domain) {
      return domain.equals("ai.onnx") ? "" : domain;
    }
  }

  private final Map<Key, FunctionProto> functions = new HashMap<>();
  private final long opset;
  private final int nodesMax;
  private int nodes;
  private int calls;

  FunctionInlining(ModelProto model, long opset, int nodesMax) {
    model.getFunctionsList().forEach(function -> functions.put(Key.of(function), function));
    this.opset = opset;
    this.nodesMax = nodesMax;
  }

  /** The graph without calls. */
  GraphProto of(GraphProto graph) {
    return functions.isEmpty() ? graph : of(graph, List.of());
  }

  private GraphProto of(GraphProto graph, List<Key> path) {
    return graph.toBuilder().clearNode().addAllNode(expanded(graph.getNodeList(), path)).build();
  }

  private List<NodeProto> expanded(List<NodeProto> list, List<Key> path) {
    List<NodeProto> all = new ArrayList<>();
    for (NodeProto node : list) {
      NodeProto inner = Graphs.withNested(node, graph -> of(graph, path));
      FunctionProto function = functions.get(Key.of(node));
      if (function != null) {
        all.addAll(expanded(body(inner, function, path), longer(path, node)));
      } else {
        all.add(counted(inner));
      }
    }
    return all;
  }

  private NodeProto counted(NodeProto node) {
    if (++nodes > nodesMax) {
      throw new ModelRefused(
          "the network has more than %d nodes when its functions are written out"
              .formatted(nodesMax));
    }
    return node;
  }

  private static List<Key> longer(List<Key> path, NodeProto node) {
    Key key = Key.of(node);
    if (path.contains(key)) {
      throw new ModelRefused("the function '%s' calls itself".formatted(node.getOpType()));
    }
    if (path.size() == DEPTH_MAX) {
      throw new ModelRefused("functions call functions more than %d deep".formatted(DEPTH_MAX));
    }
    List<Key> longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }

  private List<NodeProto> body(NodeProto call, FunctionProto function, List<Key> path) {
    if (path.contains(Key.of(call))) {
      throw new ModelRefused("the function '%s' calls itself".formatted(call.getOpType()));
    }
    requireFit(call, function);
    String prefix = call.getName() + "#" + calls++ + "/";
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < function.getInputCount(); i++) {
      names.put(function.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
    }
    List<NodeProto> identities = new ArrayList<>();
    for (int i = 0; i < call.getOutputCount(); i++) {
      String formal = function.getOutput(i);
      if (call.getOutput(i).isEmpty()) {
        continue;
      }
      // A function may pass a value on, or give one twice; then it needs a second name.
      if (names.containsKey(formal)) {
        identities.add(identity(prefix + formal, names.get(formal), call.getOutput(i)));
      } else {
        names.put(formal, call.getOutput(i));
      }
    }
    Renaming renaming = new Renaming(name -> names.getOrDefault(name, prefix + name));
    Map<String, AttributeProto> given = attributes(call, function);
    long version = version(function);
    List<NodeProto> nodesOfBody = new ArrayList<>();
    for (NodeProto node : function.getNodeList()) {
      NodeProto bound = bound(node, given, version);
      nodesOfBody.add(renaming.of(bound).toBuilder().setName(prefix + named(node)).build());
    }
    nodesOfBody.addAll(identities);
    return nodesOfBody;
  }

  private static void requireFit(NodeProto call, FunctionProto function) {
    if (call.getInputCount() > function.getInputCount()
        || call.getOutputCount() > function.getOutputCount()) {
      throw new ModelRefused(
          "%s calls a function of %d inputs and %d outputs with %d and %d"
              .formatted(
                  Nodes.name(call, 0),
                  function.getInputCount(),
                  function.getOutputCount(),
                  call.getInputCount(),
                  call.getOutputCount()));
    }
  }

  private static String named(NodeProto node) {
    return node.getName().isEmpty() ? node.getOpType() : node.getName();
  }

  private static NodeProto identity(String name, String from, String to) {
    return NodeProto.newBuilder()
        .setName(name)
        .setOpType("Identity")
        .addInput(from)
        .addOutput(to)
        .build();
  }

  private long version(FunctionProto function) {
    return function.getOpsetImportList().stream()
        .filter(set -> Nodes.isStandard(set.getDomain()))
        .mapToLong(OperatorSetIdProto::getVersion)
        .findFirst()
        .orElse(opset);
  }

  /** Attributes by name: those of the call, else the function's own. */
  private static Map<String, AttributeProto> attributes(NodeProto call, FunctionProto function) {
    Map<String, AttributeProto> attributes = new HashMap<>();
    function.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
    for (AttributeProto attribute : call.getAttributeList()) {
      if (!function.getAttributeList().contains(attribute.getName())
          && !attributes.containsKey(attribute.getName())) {
        throw new ModelRefused(
            "%s gives an attribute '%s', which its function does not have"
                .formatted(Nodes.name(call, 0), attribute.getName()));
      }
      attributes.put(attribute.getName(), attribute);
    }
    return attributes;
  }

  private NodeProto bound(NodeProto node, Map<String, AttributeProto> given, long version) {
    NodeProto.Builder bound = node.toBuilder().clearAttribute();
    for (AttributeProto attribute : node.getAttributeList()) {
      bound(attribute, given).ifPresent(bound::addAttribute);
    }
    boolean standard = Nodes.isStandard(node.getDomain()) && !functions.containsKey(Key.of(node));
    if (standard && version != opset) {
      NormalForm.requireSupported(version);
      bound.setDomain(Nodes.versioned(version));
    }
    return Graphs.withNested(bound.build(), graph -> bound(graph, given, version));
  }

  private GraphProto bound(GraphProto graph, Map<String, AttributeProto> given, long version) {
    GraphProto.Builder bound = graph.toBuilder().clearNode();
    graph.getNodeList().forEach(node -> bound.addNode(bound(node, given, version)));
    return bound.build();
  }

  /** The attribute, or what it refers to; nothing if the call leaves that out. */
  private static Optional<AttributeProto> bound(
      AttributeProto attribute, Map<String, AttributeProto> given) {
    if (attribute.getRefAttrName().isEmpty()) {
      return Optional.of(attribute);
    }
    return Optional.ofNullable(given.get(attribute.getRefAttrName()))
        .map(value -> value.toBuilder().setName(attribute.getName()).build());
  }
}
