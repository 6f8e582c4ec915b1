package io.consilium.inference.onnx;

import io.consilium.inference.onnx.operators.Call;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One translation of a checked graph: names to values, node by node. */
final class GraphTranslation {
  private final GraphProto graph;
  private final int opset;
  private final ImportOptions options;
  private final ModelLimits limits;
  private final TensorReader tensors;
  private final ProgramBuilder builder = new ProgramBuilder();
  private final Map<String, Value> values = new HashMap<>();

  /** How often each name is read, outputs of the graph included. */
  private final Map<String, Integer> reads = new HashMap<>();

  /** The names of each value: nodes such as Identity give it another one. */
  private final Map<Integer, List<String>> names = new HashMap<>();

  GraphTranslation(OnnxFile.Model file, int opset, ImportOptions options, ModelLimits limits) {
    this.graph = file.proto().getGraph();
    this.opset = opset;
    this.options = options;
    this.limits = limits;
    this.tensors = new TensorReader(file.directory(), limits);
  }

  Program of(List<InputDescription> inputs) {
    List<Program.Named> secret = new ArrayList<>();
    for (InputDescription input : inputs) {
      Value value = inputValue(input);
      name(input.name(), value);
      if (!value.isKnown()) {
        secret.add(new Program.Named(input.name(), value));
      }
    }
    for (TensorProto initialiser : graph.getInitializerList()) {
      name(initialiser.getName(), initialValue(initialiser));
    }
    graph
        .getNodeList()
        .forEach(n -> n.getInputList().forEach(in -> reads.merge(in, 1, Integer::sum)));
    graph.getOutputList().forEach(out -> reads.merge(out.getName(), 1, Integer::sum));
    AttributeReader attributes = new AttributeReader(tensors);
    for (int i = 0; i < graph.getNodeCount(); i++) {
      translate(graph.getNode(i), i, attributes);
    }
    return builder.build(secret, new Answering(builder, options.output()).of(outputs()));
  }

  private void name(String name, Value value) {
    values.put(name, value);
    names.computeIfAbsent(value.id(), _ -> new ArrayList<>()).add(name);
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

  /** Integers are sizes and indices, and public; reals are what was learnt. */
  private Value initialValue(TensorProto proto) {
    String name = "initialiser '" + proto.getName() + "'";
    Tensor substitute = options.initialisers().get(proto.getName());
    Tensor tensor = substitute == null ? tensors.read(proto, name) : substitute;
    builder.enter(name);
    return options.publicWeights() || !tensor.type().isReal() || tensor.shape().size() == 0
        ? builder.constant(tensor)
        : builder.weight(tensor);
  }

  private void translate(NodeProto node, int number, AttributeReader attributes) {
    String name = Nodes.name(node, number);
    builder.enter(name);
    List<Optional<Value>> inputs = new ArrayList<>();
    node.getInputList().forEach(in -> inputs.add(Optional.ofNullable(values.get(in))));
    int outputs = node.getOutputCount();
    while (outputs > 0 && node.getOutput(outputs - 1).isEmpty()) {
      outputs--;
    }
    Call call =
        new Call(
            name,
            opset,
            inputs,
            outputs,
            attributes.read(node.getAttributeList(), name),
            builder,
            this::isUsedOnce);
    List<Value> results = translated(node, call);
    if (results.size() < outputs) {
      throw new ModelRefused(
          "%s: its output '%s' is not supported".formatted(name, node.getOutput(results.size())));
    }
    for (int i = 0; i < outputs; i++) {
      if (!node.getOutput(i).isEmpty()) {
        name(node.getOutput(i), results.get(i));
      }
    }
  }

  /** Whatever does not fit in a node is the model's fault, and says so by the node's name. */
  private static List<Value> translated(NodeProto node, Call call) {
    try {
      return Operators.find(node.getOpType()).orElseThrow().operator().translate(call);
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NegativeArraySizeException e) {
      throw new ModelRefused(
          call.name() + ": its inputs or attributes do not fit: " + e.getMessage(), e);
    }
  }

  private boolean isUsedOnce(Value value) {
    int uses = 0;
    for (String name : names.getOrDefault(value.id(), List.of())) {
      uses += reads.getOrDefault(name, 0);
    }
    return uses == 1;
  }

  private List<Program.Named> outputs() {
    List<Program.Named> outputs = new ArrayList<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      Value value = values.get(output.getName());
      if (value == null) {
        throw new ModelRefused("output '" + output.getName() + "' is made by no node");
      }
      outputs.add(new Program.Named(output.getName(), value));
    }
    return outputs;
  }
}
