package io.consilium.inference.onnx;

import io.consilium.inference.onnx.graph.Graphs;
import io.consilium.inference.onnx.graph.Nodes;
import io.consilium.inference.onnx.graph.NormalForm;
import io.consilium.inference.onnx.graph.OutputChoice;
import io.consilium.inference.onnx.operators.Operators;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorShapeProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Imports a model: brings its graph into normal form, then translates it node by node. Nothing is
 * shared before that, and nothing of an import is secret to whoever has the file.
 */
public final class OnnxImport {
  private final ModelProto model;
  private final OnnxFile.Model file;
  private final ModelLimits limits;

  private OnnxImport(OnnxFile.Model file, ModelLimits limits) {
    this.file = normal(file, limits);
    this.model = this.file.proto();
    this.limits = limits;
  }

  /**
   * The model in {@link NormalForm}, in which it is translated and published.
   *
   * @throws ModelRefused if it is damaged or no graph
   */
  public static OnnxFile.Model normal(OnnxFile.Model file, ModelLimits limits) {
    return new OnnxFile.Model(NormalForm.of(file.proto(), limits.nodesMax()), file.directory());
  }

  /**
   * The model with other outputs: some of its own, or values inside of it.
   *
   * @throws ModelRefused if it has no such values
   */
  public static OnnxFile.Model withOutputs(OnnxFile.Model file, List<String> outputs) {
    return new OnnxFile.Model(OutputChoice.of(file.proto(), outputs), file.directory());
  }

  /** Names of the single numbers of a model that are public and no weights: see WeightRule. */
  public static List<String> publicNumbers(OnnxFile.Model file, ModelLimits limits) {
    List<String> numbers = new ArrayList<>();
    Graphs.forEachNode(
        normal(file, limits).proto().getGraph(),
        node -> {
          if (node.getOpType().equals("Constant") && holdsReals(node)) {
            numbers.addAll(node.getOutputList());
          }
        });
    return numbers.stream().sorted().toList();
  }

  private static boolean holdsReals(NodeProto node) {
    return node.getAttributeList().stream()
        .anyMatch(a ->
            a.getName().startsWith("value_float")
                || a.hasT()
                    && ElementType.numbered(a.getT().getDataType())
                        .filter(ElementType::isReal)
                        .isPresent());
  }

  /**
   * The inputs that a model asks for.
   *
   * @throws ModelRefused if the model is damaged or has what is not supported
   */
  public static List<InputDescription> inputs(OnnxFile.Model file, ModelLimits limits) {
    return new OnnxImport(file, limits).inputs();
  }

  /**
   * Translates a model.
   *
   * @throws ModelRefused if it cannot; the message names the node or tensor
   */
  public static Program translate(OnnxFile.Model file, ImportOptions options, ModelLimits limits) {
    OnnxImport self = new OnnxImport(file, limits);
    return new GraphTranslation(self.file, NormalForm.opset(self.model), options, limits)
        .of(self.inputs());
  }

  private List<InputDescription> inputs() {
    Set<String> read = new HashSet<>();
    model.getGraph().getNodeList().forEach(node -> read.addAll(Graphs.reads(node)));
    model.getGraph().getOutputList().forEach(output -> read.add(output.getName()));
    List<InputDescription> inputs = new ArrayList<>();
    for (ValueInfoProto info : model.getGraph().getInputList()) {
      if (read.contains(info.getName()) || isSupported(info)) {
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

  /** An input that nothing reads, such as texts that only the labels need, may be of any type. */
  private static boolean isSupported(ValueInfoProto info) {
    return info.getType().hasTensorType()
        && ElementType.numbered(info.getType().getTensorType().getElemType()).isPresent();
  }

  private boolean isPublic(String name) {
    boolean[] decides = {false};
    Graphs.forEachNode(model.getGraph(), node -> decides[0] |= decides(node, name));
    return decides[0];
  }

  private static boolean decides(NodeProto node, String name) {
    for (int i = 0; i < node.getInputCount(); i++) {
      int input = i;
      if (node.getInput(i).equals(name)
          && Nodes.isStandard(node.getDomain())
          && Operators.find(node.getOpType())
              .filter(row -> row.publicInputs().contains(input))
              .isPresent()) {
        return true;
      }
    }
    return false;
  }
}
