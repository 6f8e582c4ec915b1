package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.proto.NodeProto;
import java.util.stream.IntStream;

/** What nodes are called in messages, and which operators they have. */
public final class Nodes {
  private static final int NAME_LENGTH_MAX = 80;

  /** What a node without a name is called; its number in the file follows. */
  private static final String NUMBERED = "node ";

  /** Standard operators of another version than the model's: the version follows. */
  private static final String VERSIONED = "ai.onnx@";

  /** The operators of classical models, as scikit-learn exports them. */
  static final String CLASSICAL = "ai.onnx.ml";

  private Nodes() {}

  /** The operator with the node's name, or its number if it has none. */
  public static String name(NodeProto node, int number) {
    String name = node.getName().isEmpty() ? numbered(number) : node.getName();
    String quoted = name.startsWith(NUMBERED) ? name : "'" + name + "'";
    String operator = node.getOpType().isEmpty() ? "operator without a name" : node.getOpType();
    return shortened(operator) + " " + shortened(quoted);
  }

  static String numbered(int number) {
    return NUMBERED + number;
  }

  private static String shortened(String text) {
    return text.length() <= NAME_LENGTH_MAX ? text : text.substring(0, NAME_LENGTH_MAX) + "..";
  }

  /** Whether a domain is that of the standard operators, of whatever version. */
  public static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx") || isVersioned(domain);
  }

  private static boolean isVersioned(String domain) {
    return domain.startsWith(VERSIONED)
        && IntStream.rangeClosed(NormalForm.OPSET_MIN, NormalForm.OPSET_MAX)
            .anyMatch(version -> domain.equals(versioned(version)));
  }

  /** The domain of standard operators of a version that is not the model's. */
  static String versioned(long version) {
    return VERSIONED + version;
  }

  /** The version that a node's standard operator has. */
  public static int version(NodeProto node, int ofModel) {
    return isVersioned(node.getDomain())
        ? Integer.parseInt(node.getDomain().substring(VERSIONED.length()))
        : ofModel;
  }
}
