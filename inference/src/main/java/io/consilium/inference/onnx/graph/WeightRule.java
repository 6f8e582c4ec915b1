package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

  private static final Set<String> SUMS = Set.of("Add", "Sub", "Sum");

  /** What products make, perhaps in another form. */
  private final Set<String> products = new HashSet<>();

  /** What products with the data are made of, perhaps in another form before. */
  private final Set<String> factors = new HashSet<>();

  /** What does more than to enter arithmetic. */
  private final Set<String> noParameters = new HashSet<>();

  /**
   * Looks at a graph whose nodes are sorted: once forwards and once backwards.
   *
   * @param graph whose inner graphs may use a name again; then all who read any of them are meant
   */
  WeightRule(GraphProto graph) {
    List<NodeProto> nodes = new ArrayList<>();
    Graphs.forEachNode(graph, nodes::add);
    nodes.forEach(this::addProducts);
    graph.getOutputList().forEach(output -> noParameters.add(output.getName()));
    for (NodeProto node : nodes.reversed()) {
      for (GraphProto inner : Graphs.nested(node)) {
        inner.getOutputList().forEach(output -> noParameters.add(output.getName()));
      }
    }
    for (NodeProto node : nodes.reversed()) {
      addFactors(node);
      addNoParameters(node);
    }
  }

  private void addProducts(NodeProto node) {
    boolean passes =
        PASSING.contains(node.getOpType())
            && node.getInputCount() > 0
            && products.contains(node.getInput(0));
    if (passes || PRODUCTS.contains(node.getOpType())) {
      products.addAll(node.getOutputList());
    }
  }

  private void addFactors(NodeProto node) {
    String operator = node.getOpType();
    if (PRODUCTS.contains(operator) || DEQUANTISING.contains(operator)) {
      factors.addAll(node.getInputList());
    } else if (PASSING.contains(operator)
        && node.getInputCount() > 0
        && node.getOutputList().stream().anyMatch(factors::contains)) {
      factors.addAll(
          operator.equals("Concat") ? node.getInputList() : node.getInputList().subList(0, 1));
    }
  }

  private void addNoParameters(NodeProto node) {
    boolean passes = PASSING_SCALARS.contains(node.getOpType());
    boolean fits =
        passes
            ? node.getOutputList().stream().noneMatch(noParameters::contains)
            : ARITHMETIC.contains(node.getOpType());
    for (int i = 0; i < node.getInputCount(); i++) {
      if (!fits || isBias(node, i)) {
        noParameters.add(node.getInput(i));
      }
    }
  }

  private boolean isBias(NodeProto node, int input) {
    for (int i = 0; SUMS.contains(node.getOpType()) && i < node.getInputCount(); i++) {
      if (i != input && products.contains(node.getInput(i))) {
        return true;
      }
    }
    return false;
  }

  /** The names of the initialisers of a graph in normal form that are weights. */
  public static Set<String> weights(GraphProto graph) {
    WeightRule rule = new WeightRule(graph);
    Set<String> weights = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (isNumeric(tensor) && (isReal(tensor) || rule.factors.contains(tensor.getName()))) {
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
    if (!isNumeric(tensor)) {
      return false;
    }
    return isReal(tensor)
        ? tensor.getDimsCount() > 0 || noParameters.contains(name)
        : factors.contains(name);
  }
}
