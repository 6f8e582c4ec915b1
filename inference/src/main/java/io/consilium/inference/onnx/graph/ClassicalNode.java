package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.NodeProto;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A node of a classical model with its attributes, of which all have to be asked for. */
final class ClassicalNode {
  private final NodeProto node;
  private final Set<String> asked = new HashSet<>();

  ClassicalNode(NodeProto node) {
    this.node = node;
  }

  String input(int i) {
    if (i >= node.getInputCount() || node.getInput(i).isEmpty()) {
      throw refusal("input " + i + " is missing");
    }
    return node.getInput(i);
  }

  List<String> inputs() {
    return node.getInputList();
  }

  /** The name of an output, if it has one. */
  Optional<String> output(int i) {
    return i < node.getOutputCount() && !node.getOutput(i).isEmpty()
        ? Optional.of(node.getOutput(i))
        : Optional.empty();
  }

  ModelRefused refusal(String problem) {
    return new ModelRefused(Nodes.name(node, 0) + ": " + problem);
  }

  private Optional<AttributeProto> attribute(String name) {
    asked.add(name);
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  boolean has(String name) {
    return attribute(name).isPresent();
  }

  List<Float> reals(String name) {
    return attribute(name).map(AttributeProto::getFloatsList).orElse(List.of());
  }

  List<Long> integers(String name) {
    return attribute(name).map(AttributeProto::getIntsList).orElse(List.of());
  }

  boolean hasTexts(String name) {
    return attribute(name).map(a -> a.getStringsCount() > 0).orElse(false);
  }

  long integer(String name, long otherwise) {
    return attribute(name).map(AttributeProto::getI).orElse(otherwise);
  }

  float real(String name, float otherwise) {
    return attribute(name).map(AttributeProto::getF).orElse(otherwise);
  }

  String choice(String name, String otherwise, String... allowed) {
    String value = attribute(name).map(a -> a.getS().toStringUtf8()).orElse(otherwise);
    if (!List.of(allowed).contains(value)) {
      throw refusal(
          "'%s' is '%s'; supported are %s".formatted(name, value, String.join(", ", allowed)));
    }
    return value;
  }

  /** Attributes that change nothing here. */
  void ignore(String... names) {
    asked.addAll(List.of(names));
  }

  void requireAllAsked() {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!asked.contains(attribute.getName())) {
        throw refusal("its attribute '" + attribute.getName() + "' is not supported");
      }
    }
  }

  NodeProto proto() {
    return node;
  }
}
