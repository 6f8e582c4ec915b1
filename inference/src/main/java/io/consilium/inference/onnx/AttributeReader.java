package io.consilium.inference.onnx;

import io.consilium.inference.onnx.operators.Attributes;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.AttributeProto.AttributeType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attributes of a node as objects. Graphs are left to control flow; of sequences and types there is
 * only a mark, which no operator takes.
 */
final class AttributeReader {
  private final TensorReader tensors;

  AttributeReader(TensorReader tensors) {
    this.tensors = tensors;
  }

  Attributes read(List<AttributeProto> attributes, String node) {
    Map<String, Object> values = new HashMap<>();
    for (AttributeProto attribute : attributes) {
      if (attribute.hasRefAttrName()) {
        throw new ModelRefused(node + " takes an attribute of a function, which is not supported");
      }
      value(attribute, node).ifPresent(value -> values.put(attribute.getName(), value));
    }
    return new Attributes(values);
  }

  private Optional<Object> value(AttributeProto a, String node) {
    return switch (type(a)) {
      case FLOAT -> Optional.of(finite((double) a.getF(), node, a));
      case INT -> Optional.of(a.getI());
      case STRING -> Optional.of(a.getS().toStringUtf8());
      case TENSOR -> Optional.of(tensors.read(a.getT(), node + ", attribute " + a.getName()));
      case FLOATS ->
          Optional.of(a.getFloatsList().stream().map(f -> finite((double) f, node, a)).toList());
      case INTS -> Optional.of(a.getIntsList());
      case STRINGS -> Optional.of(a.getStringsList().stream().map(s -> s.toStringUtf8()).toList());
      case UNDEFINED,
          GRAPH,
          TENSORS,
          GRAPHS,
          SPARSE_TENSOR,
          SPARSE_TENSORS,
          TYPE_PROTO,
          TYPE_PROTOS ->
          Optional.of(type(a));
    };
  }

  /** A bound may be infinite, which stands for none; nothing may be no number. */
  private static double finite(double value, String node, AttributeProto a) {
    if (Double.isNaN(value)) {
      throw new ModelRefused(node + ": attribute '" + a.getName() + "' is not a number");
    }
    return value;
  }

  /** Before IR version 2 the type was not written. */
  private static AttributeType type(AttributeProto a) {
    if (a.getType() != AttributeType.UNDEFINED) {
      return a.getType();
    }
    if (a.hasF()) {
      return AttributeType.FLOAT;
    }
    if (a.hasI()) {
      return AttributeType.INT;
    }
    if (a.hasS()) {
      return AttributeType.STRING;
    }
    if (a.hasT()) {
      return AttributeType.TENSOR;
    }
    if (a.hasG()) {
      return AttributeType.GRAPH;
    }
    return a.getIntsCount() > 0
        ? AttributeType.INTS
        : a.getFloatsCount() > 0 ? AttributeType.FLOATS : AttributeType.UNDEFINED;
  }
}
