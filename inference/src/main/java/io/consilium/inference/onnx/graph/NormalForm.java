package io.consilium.inference.onnx.graph;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.OperatorSetIdProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import java.util.HashSet;
import java.util.Set;

/**
 * The form in which graphs are translated, published and compared: without what no output needs,
 * with no initialiser among the inputs, without functions of the model's own, with classical models
 * as standard operators, with all weights among the initialisers of the outermost graph, and with
 * the nodes in an order that works. A graph in this form stays as it is, so the parties get what
 * the owner has.
 */
public final class NormalForm {
  /** The oldest and the newest version of the operators that are read. */
  public static final int OPSET_MIN = 6;

  public static final int OPSET_MAX = 24;

  /** For models that only have operators of other domains, and so name no version. */
  private static final int OPSET_OTHERWISE = 17;

  private NormalForm() {}

  /**
   * Brings a model into the form.
   *
   * @param nodesMax the most nodes, counted when functions are written out
   * @throws ModelRefused if it is empty, too large, or no graph
   */
  public static ModelProto of(ModelProto model, int nodesMax) {
    GraphProto graph = model.getGraph();
    if (!model.hasGraph() || graph.getNodeCount() == 0 && graph.getOutputCount() == 0) {
      throw new ModelRefused("the file holds no network: it is empty or no ONNX model");
    }
    int[] nodes = {0};
    Graphs.forEachNode(graph, _ -> nodes[0]++);
    if (nodes[0] > nodesMax) {
      throw new ModelRefused(
          "the network has %d nodes; at most %d are read".formatted(nodes[0], nodesMax));
    }
    try {
      return normal(model, opset(model), nodesMax);
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      throw new ModelRefused("a node has inputs or attributes that do not fit: " + e, e);
    }
  }

  private static ModelProto normal(ModelProto model, int opset, int nodesMax) {
    GraphProto graph = model.getGraph();
    GraphProto named = named(withoutDefaults(graph));
    GraphProto inlined = new FunctionInlining(model, opset, nodesMax).of(named);
    GraphProto standard = ClassicalModels.of(NodeOrder.of(inlined));
    GraphProto normal = NodeOrder.of(Hoisting.of(NodeOrder.of(standard)));
    return model.toBuilder()
        .setGraph(normal)
        .clearFunctions()
        .clearOpsetImport()
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .build();
  }

  /**
   * The version of the operators.
   *
   * @throws ModelRefused if it is not supported
   */
  public static int opset(ModelProto model) {
    long opset = model.getOpsetImportCount() == 0 ? 1 : 0;
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      if (Nodes.isStandard(set.getDomain())) {
        opset = set.getVersion();
      }
    }
    if (opset == 0 && !usesStandardOperators(model.getGraph())) {
      return OPSET_OTHERWISE;
    }
    requireSupported(opset);
    return (int) opset;
  }

  private static boolean usesStandardOperators(GraphProto graph) {
    boolean[] uses = {false};
    Graphs.forEachNode(graph, node -> uses[0] |= Nodes.isStandard(node.getDomain()));
    return uses[0];
  }

  static void requireSupported(long opset) {
    if (opset < OPSET_MIN || opset > OPSET_MAX) {
      throw new ModelRefused(
          "the model uses version %d of the operators; %d to %d are supported: export it again"
              .formatted(opset, OPSET_MIN, OPSET_MAX));
    }
  }

  /**
   * Old files list every initialiser as an input, too. Nobody is asked for those, and so also not
   * after the initialiser is gone because no output needs it.
   */
  private static GraphProto withoutDefaults(GraphProto graph) {
    Set<String> initialised = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> initialised.add(tensor.getName()));
    graph
        .getSparseInitializerList()
        .forEach(sparse -> initialised.add(sparse.getValues().getName()));
    GraphProto.Builder asked = graph.toBuilder().clearInput();
    for (ValueInfoProto input : graph.getInputList()) {
      if (!initialised.contains(input.getName())) {
        asked.addInput(input);
      }
    }
    return asked.build();
  }

  /** Nodes without a name are called by their number in the file, wherever they move. */
  private static GraphProto named(GraphProto graph) {
    GraphProto.Builder named = graph.toBuilder().clearNode();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = Graphs.withNested(graph.getNode(i), NormalForm::named);
      named.addNode(
          node.getName().isEmpty() ? node.toBuilder().setName(Nodes.numbered(i)).build() : node);
    }
    return named.build();
  }
}
