package io.consilium.inference.onnx;

import io.consilium.inference.onnx.operators.Operators;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Imports a model: checks what it consists of, then translates it node by node. Nothing is shared
 * before that, and nothing of an import is secret to whoever has the file.
 */
public final class OnnxImport {
  /** The oldest and the newest version of the operators that are read. */
  public static final int OPSET_MIN = 6;

  public static final int OPSET_MAX = 22;

  private static final int PROBLEMS_MAX = 10;

  private final ModelProto model;
  private final OnnxFile.Model file;
  private final ModelLimits limits;

  private OnnxImport(OnnxFile.Model file, ModelLimits limits) {
    this.file = file;
    this.model = file.proto();
    this.limits = limits;
  }

  /**
   * The inputs that a model asks for.
   *
   * @throws ModelRefused if the model is damaged or has what is not supported
   */
  public static List<InputDescription> inputs(OnnxFile.Model file, ModelLimits limits) {
    OnnxImport self = new OnnxImport(file, limits);
    self.check();
    return self.inputs();
  }

  /**
   * Translates a model.
   *
   * @throws ModelRefused if it cannot; the message names the node or tensor
   */
  public static Program translate(OnnxFile.Model file, ImportOptions options, ModelLimits limits) {
    OnnxImport self = new OnnxImport(file, limits);
    self.check();
    return new GraphTranslation(file, self.opset(), options, limits).of(self.inputs());
  }

  // ---- checks ----------------------------------------------------------------------------------

  private void check() {
    GraphProto graph = model.getGraph();
    if (!model.hasGraph() || graph.getNodeCount() == 0 && graph.getOutputCount() == 0) {
      throw new ModelRefused("the file holds no network: it is empty or no ONNX model");
    }
    if (graph.getNodeCount() > limits.nodesMax()) {
      throw new ModelRefused(
          "the network has %d nodes; at most %d are read"
              .formatted(graph.getNodeCount(), limits.nodesMax()));
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new ModelRefused("the model has sparse tensors; export it with dense ones");
    }
    int _ = opset();
    checkOperators(graph);
    checkOrder(graph);
  }

  private int opset() {
    long opset = model.getOpsetImportCount() == 0 ? 1 : 0;
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (isStandard(set.getDomain())) {
        opset = set.getVersion();
      }
    }
    if (opset < OPSET_MIN || opset > OPSET_MAX) {
      throw new ModelRefused(
          "the model uses version %d of the operators; %d to %d are supported: export it again"
              .formatted(opset, OPSET_MIN, OPSET_MAX));
    }
    return (int) opset;
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  private static void checkOperators(GraphProto graph) {
    Set<String> problems = new HashSet<>();
    List<String> listed = new ArrayList<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      if (!isStandard(node.getDomain())) {
        if (problems.add(node.getDomain() + "." + node.getOpType())) {
          listed.add(
              "%s is of the domain '%s'; export with standard operators"
                  .formatted(Nodes.name(node, i), node.getDomain()));
        }
      } else if (Operators.find(node.getOpType()).isEmpty() && problems.add(node.getOpType())) {
        listed.add(
            "%s is not supported: %s"
                .formatted(Nodes.name(node, i), Operators.replacement(node.getOpType())));
      }
    }
    if (!listed.isEmpty()) {
      List<String> shown = listed.subList(0, Math.min(PROBLEMS_MAX, listed.size()));
      throw new ModelRefused(String.join("; ", shown));
    }
  }

  /** ONNX orders nodes so that each reads only what comes before it. */
  private static void checkOrder(GraphProto graph) {
    Set<String> made = new HashSet<>();
    graph.getInputList().forEach(input -> made.add(input.getName()));
    graph.getInitializerList().forEach(tensor -> made.add(tensor.getName()));
    Set<String> byNodes = new HashSet<>();
    graph.getNodeList().forEach(node -> byNodes.addAll(node.getOutputList()));
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      for (String input : node.getInputList()) {
        if (!input.isEmpty() && !made.contains(input)) {
          throw unordered(node, i, input, byNodes);
        }
      }
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && !made.add(output)) {
          throw new ModelRefused(
              Nodes.name(node, i) + " makes '" + output + "', which there is already");
        }
      }
    }
  }

  private static ModelRefused unordered(NodeProto node, int i, String input, Set<String> byNodes) {
    String name = Nodes.name(node, i);
    if (node.getOutputList().contains(input)) {
      return new ModelRefused(name + " reads its own output '" + input + "'");
    }
    return new ModelRefused(
        byNodes.contains(input)
            ? name + " reads '" + input + "', which a later node makes: the graph has a cycle"
            : name + " reads '" + input + "', which nothing makes");
  }

  // ---- inputs ----------------------------------------------------------------------------------

  private List<InputDescription> inputs() {
    Set<String> initialised = new HashSet<>();
    for (TensorProto tensor : file.proto().getGraph().getInitializerList()) {
      initialised.add(tensor.getName());
    }
    List<InputDescription> inputs = new ArrayList<>();
    for (ValueInfoProto info : model.getGraph().getInputList()) {
      if (!initialised.contains(info.getName())) {
        inputs.add(description(info));
      }
    }
    return inputs;
  }

  private InputDescription description(ValueInfoProto info) {
    String name = "input '" + info.getName() + "'";
    if (!info.getType().hasTensorType()) {
      throw new ModelRefused(name + " is no tensor; sequences and maps are not supported");
    }
    int number = info.getType().getTensorType().getElemType();
    ElementType type =
        ElementType.numbered(number)
            .orElseThrow(() ->
                new ModelRefused(
                    "%s has elements of ONNX type %d, which is not supported"
                        .formatted(name, number)));
    List<Integer> dimensions = new ArrayList<>();
    List<Long> closed = new ArrayList<>();
    for (TensorShapeProto.Dimension d : info.getType().getTensorType().getShape().getDimList()) {
      dimensions.add(
          d.hasDimValue() && d.getDimValue() >= 0
              ? (int) Math.min(d.getDimValue(), Integer.MAX_VALUE)
              : InputDescription.OPEN);
      closed.add(d.hasDimValue() ? Math.max(d.getDimValue(), 0) : 1);
    }
    var _ = Shapes.of(closed, limits, name);
    return new InputDescription(info.getName(), type, dimensions, isPublic(info.getName()));
  }

  private boolean isPublic(String name) {
    for (NodeProto node : model.getGraph().getNodeList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(name)
            && Operators.find(node.getOpType()).orElseThrow().publicInputs().contains(i)) {
          return true;
        }
      }
    }
    return false;
  }
}
