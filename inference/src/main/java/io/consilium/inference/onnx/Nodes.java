package io.consilium.inference.onnx;

import io.consilium.inference.onnx.proto.NodeProto;

/** What nodes are called in messages. */
final class Nodes {
  private static final int NAME_LENGTH_MAX = 80;

  private Nodes() {}

  /** The operator with the node's name, or its number if it has none. */
  static String name(NodeProto node, int number) {
    String name = node.getName().isEmpty() ? "node " + number : "'" + node.getName() + "'";
    String operator = node.getOpType().isEmpty() ? "operator without a name" : node.getOpType();
    return shortened(operator) + " " + shortened(name);
  }

  private static String shortened(String text) {
    return text.length() <= NAME_LENGTH_MAX ? text : text.substring(0, NAME_LENGTH_MAX) + "..";
  }
}
