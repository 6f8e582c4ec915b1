package io.consilium.inference.onnx;

import io.consilium.inference.onnx.constants.ConstantCall;
import io.consilium.inference.onnx.constants.ConstantOperator;
import io.consilium.inference.onnx.constants.ConstantOperators;
import io.consilium.inference.onnx.graph.Graphs;
import io.consilium.inference.onnx.graph.Nodes;
import io.consilium.inference.onnx.graph.WeightRule;
import io.consilium.inference.onnx.operators.Attributes;
import io.consilium.inference.onnx.operators.Call;
import io.consilium.inference.onnx.operators.Harmless;
import io.consilium.inference.onnx.operators.Inputs;
import io.consilium.inference.onnx.operators.Operators;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.inference.onnx.proto.ValueInfoProto;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One translation of a graph in normal form: names to values, node by node. What depends on
 * constants alone is computed at once, by any operator that can be. What cannot be translated is
 * noted, and matters only if an output needs it.
 */
final class GraphTranslation {
  private static final int PROBLEMS_MAX = 10;

  private final GraphProto graph;
  private final int opset;
  private final ImportOptions options;
  private final ModelLimits limits;
  private final TensorReader tensors;
  private final AttributeReader attributes;
  private final ProgramBuilder builder = new ProgramBuilder();
  private final ControlFlow control = new ControlFlow(builder, this::body);
  private final Set<String> weights;

  /** What could not be translated. */
  private final Set<String> problems = new LinkedHashSet<>();

  /** How often each name is read, outputs of the graph included. */
  private final Map<String, Integer> reads = new HashMap<>();

  /** The names of each value: nodes such as Identity give it another one. */
  private final Map<Integer, List<String>> names = new HashMap<>();

  private int translated;

  GraphTranslation(OnnxFile.Model file, int opset, ImportOptions options, ModelLimits limits) {
    this.graph = file.proto().getGraph();
    this.opset = opset;
    this.options = options;
    this.limits = limits;
    this.tensors = new TensorReader(file.directory(), limits);
    this.attributes = new AttributeReader(tensors);
    this.weights = WeightRule.weights(graph);
  }

  Program of(List<InputDescription> inputs) {
    Scope scope = Scope.outermost();
    List<Program.Named> secret = new ArrayList<>();
    for (InputDescription input : inputs) {
      Value value = inputValue(input);
      name(input.name(), value, scope);
      if (!value.isKnown()) {
        secret.add(new Program.Named(input.name(), value));
      }
    }
    for (TensorProto initialiser : graph.getInitializerList()) {
      String name = initialiser.getName();
      attempt(List.of(name), scope, () -> name(name, initialValue(initialiser), scope));
    }
    countReads(graph, 1);
    graph.getOutputList().forEach(out -> reads.merge(out.getName(), 1, Integer::sum));
    nodes(graph, scope);
    List<Program.Named> outputs = outputs(scope);
    return builder.build(secret, new Answering(builder, options.output()).of(outputs));
  }

  /** What a loop reads is read again in each pass. */
  private void countReads(GraphProto of, int times) {
    for (NodeProto node : of.getNodeList()) {
      node.getInputList().forEach(in -> reads.merge(in, times, Integer::sum));
      boolean repeats = ControlFlow.is(node) && !node.getOpType().equals("If");
      Graphs.nested(node).forEach(inner -> countReads(inner, repeats ? 2 * times : times));
    }
  }

  private void name(String name, Value value, Scope scope) {
    scope.put(name, value);
    names.computeIfAbsent(value.id(), _ -> new ArrayList<>()).add(name);
  }

  /** Notes a problem in place of the names that cannot be made. */
  private void attempt(List<String> made, Scope scope, Runnable action) {
    try {
      action.run();
    } catch (ModelRefused e) {
      problems.add(e.getMessage());
      made.forEach(scope::putMissing);
      if (problems.size() >= PROBLEMS_MAX) {
        throw new ModelRefused(String.join("; ", problems), e);
      }
    }
  }

  private Value inputValue(InputDescription input) {
    Tensor given = options.given().get(input.name());
    if (given != null) {
      builder.enter("input '" + input.name() + "'");
      return builder.constant(given);
    }
    if (input.isPublic()) {
      throw new ModelRefused(
          "input '%s' decides what is computed, so it has to be given as a public tensor"
              .formatted(input.name()));
    }
    return builder.input(input.name(), input.type(), shape(input));
  }

  private Shape shape(InputDescription input) {
    Shape wanted = options.shapes().get(input.name());
    List<Integer> declared = input.dimensions();
    if (wanted == null) {
      return Shapes.of(
          declared.stream().map(d -> d == InputDescription.OPEN ? 1L : (long) d).toList(),
          limits,
          "input '" + input.name() + "'");
    }
    boolean fits = wanted.rank() == declared.size() || declared.isEmpty();
    for (int d = 0; fits && d < declared.size(); d++) {
      int size = declared.get(d);
      fits = size == InputDescription.OPEN || size == wanted.dimensions().get(d);
    }
    if (!fits) {
      throw new ModelRefused("the shape %s does not fit the input %s".formatted(wanted, input));
    }
    return wanted;
  }

  /** Weights are secret unless the owner wants them public; {@link WeightRule} says which. */
  private Value initialValue(TensorProto proto) {
    String name = "initialiser '" + proto.getName() + "'";
    Tensor substitute = options.initialisers().get(proto.getName());
    Tensor tensor = substitute == null ? tensors.read(proto, name) : substitute;
    builder.enter(name);
    return options.publicWeights() || !weights.contains(proto.getName())
        ? builder.constant(tensor)
        : builder.weight(tensor);
  }

  // ---- nodes -----------------------------------------------------------------------------------

  private void nodes(GraphProto of, Scope scope) {
    for (int i = 0; i < of.getNodeCount(); i++) {
      NodeProto node = of.getNode(i);
      String name = Nodes.name(node, i);
      attempt(node.getOutputList(), scope, () -> translate(node, name, scope));
    }
  }

  /** A graph in an attribute, with values for its inputs. */
  private List<Optional<Value>> body(GraphProto of, Scope around, List<Value> inputs) {
    if (of.getInputCount() != inputs.size()) {
      throw new ModelRefused(
          "%s: its graph has %d inputs and not %d"
              .formatted(builder.where(), of.getInputCount(), inputs.size()));
    }
    Scope scope = around.inner();
    for (int i = 0; i < inputs.size(); i++) {
      name(of.getInput(i).getName(), inputs.get(i), scope);
    }
    String place = builder.where();
    requireRoomForNode(place);
    nodes(of, scope);
    builder.enter(place);
    List<Optional<Value>> outputs = new ArrayList<>();
    of.getOutputList().forEach(output -> outputs.add(scope.find(output.getName())));
    return outputs;
  }

  /** A loop that is written out may not be longer than a network may be. */
  private void requireRoomForNode(String place) {
    if (++translated > limits.nodesMax()) {
      throw new ModelRefused(
          "%s: the network has more than %d nodes when its loops are written out"
              .formatted(place, limits.nodesMax()));
    }
  }

  private void translate(NodeProto node, String name, Scope scope) {
    builder.enter(name);
    requireRoomForNode(name);
    int version = Nodes.version(node, opset);
    int outputs = node.getOutputCount();
    while (outputs > 0 && node.getOutput(outputs - 1).isEmpty()) {
      outputs--;
    }
    List<Optional<Value>> results;
    if (ControlFlow.is(node)) {
      if (node.getInputList().stream().anyMatch(scope::isMissing)) {
        node.getOutputList().forEach(scope::putMissing);
        return;
      }
      results = control.of(node, name, version, scope);
    } else {
      Optional<List<Value>> values = operator(node, name, version, outputs, scope);
      if (values.isEmpty()) {
        node.getOutputList().forEach(scope::putMissing);
        return;
      }
      results = values.get().stream().map(Optional::of).toList();
    }
    if (results.size() < outputs) {
      throw new ModelRefused(
          "%s: its output '%s' is not supported".formatted(name, node.getOutput(results.size())));
    }
    for (int i = 0; i < outputs; i++) {
      String output = node.getOutput(i);
      results.get(i).ifPresentOrElse(v -> name(output, v, scope), () -> scope.putMissing(output));
    }
  }

  /** What an operator makes; nothing if what it reads could not be made. */
  private Optional<List<Value>> operator(
      NodeProto node, String name, int version, int outputs, Scope scope) {
    requireSupported(node, name);
    List<Optional<Value>> inputs = new ArrayList<>();
    node.getInputList().forEach(in -> inputs.add(scope.find(in)));
    Optional<ConstantOperator> constant = ConstantOperators.find(node.getOpType());
    boolean known = constant.isPresent() && inputs.stream().allMatch(GraphTranslation::isKnown);
    if (node.getInputList().stream().anyMatch(scope::isMissing)) {
      return Optional.empty();
    }
    Attributes given = attributes.read(node.getAttributeList(), name);
    List<Value> results =
        known
            ? folded(constant.get(), node, name, version, inputs, outputs, given)
            : instructions(node, name, version, inputs, outputs, given);
    for (String attribute : given.unasked()) {
      if (!Harmless.attribute(node.getOpType(), attribute)) {
        throw new ModelRefused(
            "%s: its attribute '%s' is not supported in version %d of the operators"
                .formatted(name, attribute, version));
      }
    }
    return Optional.of(results);
  }

  private List<Value> instructions(
      NodeProto node,
      String name,
      int version,
      List<Optional<Value>> inputs,
      int outputs,
      Attributes given) {
    Inputs<Value> seen = new Inputs<>(inputs);
    Call call = new Call(name, version, seen, outputs, given, builder, this::isUsedOnce);
    List<Value> results = fitting(name, () -> translated(node, call));
    requireSeen(seen, node, name);
    return results;
  }

  /** An input that an operator does not look at would change nothing, silently. */
  private static void requireSeen(Inputs<?> inputs, NodeProto node, String name) {
    for (int i : inputs.unseen()) {
      if (!Harmless.input(node.getOpType(), i)) {
        throw new ModelRefused("%s: its input %d is not supported".formatted(name, i));
      }
    }
  }

  private static boolean isKnown(Optional<Value> input) {
    return input.isEmpty() || input.get().isKnown();
  }

  private static void requireSupported(NodeProto node, String name) {
    if (!Nodes.isStandard(node.getDomain())) {
      throw new ModelRefused(
          "%s is of the domain '%s'; %s"
              .formatted(name, node.getDomain(), Operators.replacement(node)));
    }
    if (Operators.find(node.getOpType()).isEmpty()
        && ConstantOperators.find(node.getOpType()).isEmpty()) {
      throw unsupported(node, name);
    }
  }

  private static ModelRefused unsupported(NodeProto node, String name) {
    return new ModelRefused("%s is not supported: %s".formatted(name, Operators.replacement(node)));
  }

  private static List<Value> translated(NodeProto node, Call call) {
    return Operators.find(node.getOpType())
        .orElseThrow(() -> unsupported(node, call.name()))
        .operator()
        .translate(call);
  }

  /** Computes a node now. Where the shape of its result depends on elements, they are public. */
  private List<Value> folded(
      ConstantOperator operator,
      NodeProto node,
      String name,
      int version,
      List<Optional<Value>> inputs,
      int outputs,
      Attributes given) {
    List<Optional<Tensor>> known = new ArrayList<>();
    boolean weight = false;
    for (Optional<Value> input : inputs) {
      weight |= input.filter(value -> value.visibility() == Value.Visibility.WEIGHT).isPresent();
      known.add(input.map(operator.decides() ? builder::publish : Value::known));
    }
    boolean secret = weight && !operator.decides();
    Inputs<Tensor> seen = new Inputs<>(known);
    ConstantCall call = new ConstantCall(name, version, seen, outputs, given, builder::requireRoom);
    List<Value> results =
        fitting(
            name,
            () ->
                operator.evaluation().of(call).stream()
                    .map(tensor -> builder.folded(tensor, secret))
                    .toList());
    requireSeen(seen, node, name);
    return results;
  }

  /** Whatever does not fit in a node is the model's fault, and says so by the node's name. */
  private static List<Value> fitting(String name, Supplier<List<Value>> action) {
    try {
      return action.get();
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      throw new ModelRefused(name + ": its inputs or attributes do not fit: " + e.getMessage(), e);
    }
  }

  private boolean isUsedOnce(Value value) {
    int uses = 0;
    for (String name : names.getOrDefault(value.id(), List.of())) {
      uses += reads.getOrDefault(name, 0);
    }
    return uses == 1;
  }

  // ---- outputs ---------------------------------------------------------------------------------

  private List<Program.Named> outputs(Scope scope) {
    List<Program.Named> outputs = new ArrayList<>();
    List<String> possible = new ArrayList<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      Optional<Value> value = scope.find(output.getName());
      if (value.isPresent()) {
        outputs.add(new Program.Named(output.getName(), value.get()));
        possible.add(output.getName());
      } else if (!scope.isMissing(output.getName())) {
        throw new ModelRefused("output '" + output.getName() + "' is made by no node");
      }
    }
    if (outputs.size() < graph.getOutputCount()) {
      String advice =
          possible.isEmpty()
              ? ""
              : "; the rest of the model can be imported: --outputs " + String.join(",", possible);
      throw new ModelRefused(String.join("; ", problems) + advice);
    }
    return outputs;
  }
}
