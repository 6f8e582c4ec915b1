package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.util.HashSet;
import java.util.Set;

/**
 * Which constants of a graph are weights, and so secret, by what they do and not by where the file
 * keeps them.
 *
 * <ul>
 *   <li>Reals are weights, in initialisers, {@code Constant} nodes, attributes and sparse tensors.
 *   <li>So are integers of which a product with the data is made: quantised weights.
 *   <li>A single real without dimensions in a {@code Constant} node is public if it only enters
 *       arithmetic element by element, as an epsilon, a bound, an exponent or a scale does. One
 *       that is added to a product is a bias, and a weight.
 *   <li>Other integers and truth values are sizes, indices and masks, and public.
 * </ul>
 */
public final class WeightRule {
  /** Element by element, or as a bound. */
  private static final Set<String> ARITHMETIC =
      Set.of(
          "Add",
          "Clip",
          "Div",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "Max",
          "Mean",
          "Min",
          "Mod",
          "Mul",
          "Pad",
          "Pow",
          "Range",
          "Sub",
          "Sum",
          "Where",
          "Dropout");

  /** The same numbers in another form. */
  private static final Set<String> PASSING =
      Set.of(
          "Cast",
          "CastLike",
          "Concat",
          "Expand",
          "Flatten",
          "Gather",
          "Identity",
          "Reshape",
          "Slice",
          "Split",
          "Squeeze",
          "Transpose",
          "Unsqueeze");

  /** Single numbers that stay single numbers. */
  private static final Set<String> PASSING_SCALARS =
      Set.of("Cast", "CastLike", "Identity", "Reshape", "Squeeze", "Unsqueeze");

  private static final Set<String> PRODUCTS =
      Set.of(
          "Conv",
          "ConvInteger",
          "ConvTranspose",
          "Einsum",
          "Gemm",
          "MatMul",
          "MatMulInteger",
          "QLinearConv",
          "QLinearMatMul");

  private static final Set<String> DEQUANTISING = Set.of("DequantizeLinear");

  private final Consumers consumers;

  WeightRule(GraphProto graph) {
    this.consumers = new Consumers(graph);
  }

  /** The names of the initialisers of a graph in normal form that are weights. */
  public static Set<String> weights(GraphProto graph) {
    WeightRule rule = new WeightRule(graph);
    Set<String> weights = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (isNumeric(tensor) && (isReal(tensor) || rule.isFactor(tensor.getName()))) {
        weights.add(tensor.getName());
      }
    }
    return weights;
  }

  /** Whether there is an element to hide. */
  private static boolean isNumeric(TensorProto tensor) {
    return ElementType.numbered(tensor.getDataType())
            .filter(type -> type != ElementType.BOOL)
            .isPresent()
        && tensor.getDimsList().stream().allMatch(d -> d > 0);
  }

  static boolean isReal(TensorProto tensor) {
    return ElementType.numbered(tensor.getDataType()).filter(ElementType::isReal).isPresent();
  }

  /** Whether a constant that a node makes is a weight. */
  boolean isWeight(TensorProto tensor, String name) {
    if (!isReal(tensor)) {
      return isNumeric(tensor) && isFactor(name);
    }
    return isNumeric(tensor) && (tensor.getDimsCount() > 0 || !isParameter(name, new HashSet<>()));
  }

  /** Whether a single number enters arithmetic only. */
  private boolean isParameter(String name, Set<String> seen) {
    if (consumers.isOutput(name)) {
      return false;
    }
    for (Consumers.Read read : consumers.of(name)) {
      NodeProto node = read.node();
      boolean fits;
      if (PASSING_SCALARS.contains(node.getOpType())) {
        fits = true;
        for (String output : node.getOutputList()) {
          fits &= !seen.add(output) || isParameter(output, seen);
        }
      } else {
        fits = ARITHMETIC.contains(node.getOpType()) && !isBias(read);
      }
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private boolean isBias(Consumers.Read read) {
    NodeProto node = read.node();
    boolean sum = Set.of("Add", "Sub", "Sum").contains(node.getOpType());
    for (int i = 0; sum && i < node.getInputCount(); i++) {
      if (i != read.input() && isProduct(node.getInput(i), new HashSet<>())) {
        return true;
      }
    }
    return false;
  }

  private boolean isProduct(String name, Set<String> seen) {
    return seen.add(name)
        && consumers
            .maker(name)
            .filter(node ->
                PRODUCTS.contains(node.getOpType())
                    || PASSING.contains(node.getOpType())
                        && node.getInputCount() > 0
                        && isProduct(node.getInput(0), seen))
            .isPresent();
  }

  /** Whether integers are what the data are multiplied by, perhaps in another form. */
  private boolean isFactor(String name) {
    return isFactor(name, new HashSet<>());
  }

  private boolean isFactor(String name, Set<String> seen) {
    for (Consumers.Read read : consumers.of(name)) {
      String operator = read.node().getOpType();
      boolean data = read.input() == 0 || operator.equals("Concat");
      if (PRODUCTS.contains(operator) || DEQUANTISING.contains(operator)) {
        return true;
      }
      if (PASSING.contains(operator) && data) {
        for (String output : read.node().getOutputList()) {
          if (seen.add(output) && isFactor(output, seen)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
