package io.consilium.inference.onnx;

import io.consilium.inference.onnx.graph.Nodes;
import io.consilium.inference.onnx.operators.Operators;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.inference.onnx.proto.AttributeProto;
import io.consilium.inference.onnx.proto.GraphProto;
import io.consilium.inference.onnx.proto.NodeProto;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * If, Loop and Scan whose course is known at import: a branch is taken, a loop is written out.
 * Neither may depend on a secret, since everybody sees which instructions run.
 */
final class ControlFlow {
  private static final Set<String> OPERATORS = Set.of("If", "Loop", "Scan");

  private static final int OPSET_OF_SCAN_WITHOUT_BATCHES = 9;

  private final ProgramBuilder program;
  private final Body body;

  /** Translates a graph in an attribute. */
  @FunctionalInterface
  interface Body {
    /**
     * The outputs of a graph; empty where one could not be translated.
     *
     * @param inputs for its own inputs, in their order
     */
    List<Optional<Value>> of(GraphProto graph, Scope around, List<Value> inputs);
  }

  ControlFlow(ProgramBuilder program, Body body) {
    this.program = program;
    this.body = body;
  }

  static boolean is(NodeProto node) {
    return Nodes.isStandard(node.getDomain()) && OPERATORS.contains(node.getOpType());
  }

  /** The outputs of a node. */
  List<Optional<Value>> of(NodeProto node, String name, int opset, Scope scope) {
    return switch (node.getOpType()) {
      case "If" -> branch(node, name, scope);
      case "Loop" -> loop(node, name, scope);
      default -> scan(node, name, opset, scope);
    };
  }

  private static ModelRefused secret(NodeProto node, String name) {
    return new ModelRefused("%s is not supported: %s".formatted(name, Operators.replacement(node)));
  }

  private static GraphProto graph(NodeProto node, String name, String attribute) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(attribute) && a.hasG())
        .findFirst()
        .map(AttributeProto::getG)
        .orElseThrow(() -> new ModelRefused(name + " has no graph '" + attribute + "'"));
  }

  private static Optional<Value> input(NodeProto node, int i, Scope scope) {
    return i < node.getInputCount() ? scope.find(node.getInput(i)) : Optional.empty();
  }

  private List<Optional<Value>> branch(NodeProto node, String name, Scope scope) {
    Value condition =
        input(node, 0, scope).filter(Value::isKnown).orElseThrow(() -> secret(node, name));
    return body.of(
        graph(node, name, isTrue(condition) ? "then_branch" : "else_branch"), scope, List.of());
  }

  private boolean isTrue(Value condition) {
    return program.publish(condition).elements()[0] != 0;
  }

  // ---- loops -----------------------------------------------------------------------------------

  private List<Optional<Value>> loop(NodeProto node, String name, Scope scope) {
    GraphProto graph = graph(node, name, "body");
    Optional<Value> trips = input(node, 0, scope);
    Optional<Value> condition = input(node, 1, scope);
    if (trips.filter(value -> !value.isKnown()).isPresent()) {
      throw secret(node, name);
    }
    double count = trips.map(m -> program.publish(m).elements()[0]).orElse(Double.MAX_VALUE);
    List<Value> carried = new ArrayList<>();
    for (int i = 2; i < node.getInputCount(); i++) {
      carried.add(input(node, i, scope).orElseThrow(() -> new ModelRefused(name + ": no input")));
    }
    Value next = condition.orElseGet(() -> program.constant(Tensor.scalar(ElementType.BOOL, 1)));
    Collected scans = new Collected(graph.getOutputCount() - 1 - carried.size(), name);
    for (long i = 0; i < count; i++) {
      if (!next.isKnown()) {
        throw secret(node, name);
      }
      if (!isTrue(next)) {
        break;
      }
      List<Value> inputs = new ArrayList<>();
      inputs.add(program.constant(Tensor.scalar(ElementType.INT64, (double) i)));
      inputs.add(next);
      inputs.addAll(carried);
      List<Optional<Value>> outputs = body.of(graph, scope, inputs);
      if (outputs.stream().anyMatch(Optional::isEmpty)) {
        return missing(node);
      }
      next = outputs.getFirst().orElseThrow();
      for (int c = 0; c < carried.size(); c++) {
        carried.set(c, outputs.get(1 + c).orElseThrow());
      }
      scans.add(outputs.subList(1 + carried.size(), outputs.size()));
    }
    List<Optional<Value>> results = new ArrayList<>();
    carried.forEach(value -> results.add(Optional.of(value)));
    scans.joined(program, false).forEach(value -> results.add(Optional.of(value)));
    return results;
  }

  private static List<Optional<Value>> missing(NodeProto node) {
    List<Optional<Value>> missing = new ArrayList<>();
    node.getOutputList().forEach(_ -> missing.add(Optional.empty()));
    return missing;
  }

  private List<Optional<Value>> scan(NodeProto node, String name, int opset, Scope scope) {
    if (opset < OPSET_OF_SCAN_WITHOUT_BATCHES) {
      throw secret(node, name);
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      boolean plain = attribute.getIntsList().stream().allMatch(x -> x == 0);
      if (!Set.of("body", "num_scan_inputs").contains(attribute.getName()) && !plain) {
        throw new ModelRefused(
            "%s: '%s' other than 0 is not supported; transpose before and after"
                .formatted(name, attribute.getName()));
      }
    }
    GraphProto graph = graph(node, name, "body");
    int scanned =
        node.getAttributeList().stream()
            .filter(a -> a.getName().equals("num_scan_inputs"))
            .mapToInt(a -> Math.toIntExact(a.getI()))
            .findFirst()
            .orElse(0);
    int states = node.getInputCount() - scanned;
    if (scanned < 1 || states < 0) {
      throw new ModelRefused(name + " scans " + scanned + " of its inputs");
    }
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      all.add(input(node, i, scope).orElseThrow(() -> new ModelRefused(name + ": no input")));
    }
    List<Value> carried = new ArrayList<>(all.subList(0, states));
    int length = Dims.dim(all.get(states).shape(), 0);
    Collected scans = new Collected(graph.getOutputCount() - states, name);
    for (int i = 0; i < length; i++) {
      List<Value> inputs = new ArrayList<>(carried);
      for (Value x : all.subList(states, all.size())) {
        inputs.add(row(x, i, length, name));
      }
      List<Optional<Value>> outputs = body.of(graph, scope, inputs);
      if (outputs.stream().anyMatch(Optional::isEmpty)) {
        return missing(node);
      }
      for (int c = 0; c < states; c++) {
        carried.set(c, outputs.get(c).orElseThrow());
      }
      scans.add(outputs.subList(states, outputs.size()));
    }
    List<Optional<Value>> results = new ArrayList<>();
    carried.forEach(value -> results.add(Optional.of(value)));
    scans.joined(program, true).forEach(value -> results.add(Optional.of(value)));
    return results;
  }

  private Value row(Value x, int i, int length, String name) {
    if (x.shape().rank() == 0 || Dims.dim(x.shape(), 0) != length) {
      throw new ModelRefused(name + ": its inputs have different lengths");
    }
    int size = x.shape().size() / length;
    int[] places = new int[size];
    for (int p = 0; p < size; p++) {
      places[p] = i * size + p;
    }
    List<Integer> dims = x.shape().dimensions();
    return program.gather(x, new Shape(dims.subList(1, dims.size())), places);
  }

  /** What every pass of a loop gives, one below the other. */
  private static final class Collected {
    private final List<List<Value>> rows = new ArrayList<>();
    private final String name;

    Collected(int outputs, String name) {
      if (outputs < 0) {
        throw new ModelRefused(name + ": its body has too few outputs");
      }
      for (int i = 0; i < outputs; i++) {
        rows.add(new ArrayList<>());
      }
      this.name = name;
    }

    void add(List<Optional<Value>> outputs) {
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).add(outputs.get(i).orElseThrow());
      }
    }

    List<Value> joined(ProgramBuilder program, boolean needed) {
      List<Value> joined = new ArrayList<>();
      for (List<Value> values : rows) {
        if (values.isEmpty()) {
          throw new ModelRefused(
              name + " makes nothing, since it " + (needed ? "scans nothing" : "never runs"));
        }
        List<Value> one = new ArrayList<>();
        for (Value value : values) {
          List<Integer> dims = new ArrayList<>(List.of(1));
          dims.addAll(value.shape().dimensions());
          one.add(program.reshape(value, new Shape(dims)));
        }
        joined.add(program.concatenate(one, 0));
      }
      return joined;
    }
  }
}
