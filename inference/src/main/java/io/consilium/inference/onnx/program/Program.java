package io.consilium.inference.onnx.program;

import io.consilium.inference.onnx.program.Value.Visibility;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a network computes: inputs, weights, instructions in an order that works, outputs. Only what
 * the outputs need is in it.
 */
public final class Program {
  /** A value with a name that the model gave it. */
  public record Named(String name, Value value) {}

  private final List<Named> inputs;
  private final List<Named> outputs;
  private final List<Value> needed;
  private final List<String> published;

  private Program(
      List<Named> inputs, List<Named> outputs, List<Value> needed, List<String> published) {
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.needed = List.copyOf(needed);
    this.published = List.copyOf(published);
  }

  static Program of(List<Named> inputs, List<Named> outputs, List<String> published) {
    TreeMap<Integer, Value> found = new TreeMap<>();
    Deque<Value> open = new ArrayDeque<>();
    outputs.forEach(output -> open.add(output.value()));
    while (!open.isEmpty()) {
      Value value = open.pop();
      if (found.putIfAbsent(value.id(), value) == null) {
        value.origin().ifPresent(origin -> open.addAll(origin.operands()));
      }
    }
    return new Program(inputs, outputs, List.copyOf(found.values()), published);
  }

  /** The same program with each computed value as an output, named by its node. */
  public Program withAllOutputs() {
    List<Named> all = computed().stream().map(x -> new Named(x.where(), x)).toList();
    return new Program(inputs, all, needed, published);
  }

  /** Secret inputs. */
  public List<Named> inputs() {
    return inputs;
  }

  public List<Named> outputs() {
    return outputs;
  }

  /** Values that instructions compute, in their order. */
  public List<Value> computed() {
    return needed.stream().filter(value -> value.origin().isPresent()).toList();
  }

  /** Weights that instructions read. */
  public List<Value> weights() {
    return needed.stream().filter(value -> value.visibility() == Visibility.WEIGHT).toList();
  }

  /** Weights that became public, since they decide what is computed: exponents, bounds. */
  public List<String> published() {
    return published;
  }

  /** How often each value is read, outputs included. */
  Map<Integer, Integer> uses() {
    Map<Integer, Integer> uses = new HashMap<>();
    for (Value value : computed()) {
      for (Value operand : value.origin().orElseThrow().operands()) {
        uses.merge(operand.id(), 1, Integer::sum);
      }
    }
    outputs.forEach(output -> uses.merge(output.value().id(), 1, Integer::sum));
    return uses;
  }

  /** Told about the elements of every value of a run in the clear. */
  @FunctionalInterface
  public interface Observer {
    void saw(Value value, double[] elements);
  }

  /**
   * Runs in the clear.
   *
   * @param given elements of the inputs, in their order
   * @return elements of the outputs, in their order
   */
  public List<double[]> evaluate(List<double[]> given, Observer observer) {
    Map<Integer, double[]> elements = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      elements.put(inputs.get(i).value().id(), given.get(i));
      observer.saw(inputs.get(i).value(), given.get(i));
    }
    Map<Integer, Integer> left = uses();
    for (Value value : computed()) {
      Instruction instruction = value.origin().orElseThrow();
      List<double[]> operands = new ArrayList<>();
      for (Value operand : instruction.operands()) {
        operands.add(operand.isKnown() ? operand.known().elements() : elements.get(operand.id()));
      }
      double[] result = instruction.evaluate(operands);
      observer.saw(value, result);
      elements.put(value.id(), result);
      for (Value operand : instruction.operands()) {
        if (left.merge(operand.id(), -1, Integer::sum) == 0) {
          elements.remove(operand.id());
        }
      }
    }
    return outputs.stream()
        .map(output ->
            output.value().isKnown()
                ? output.value().known().elements()
                : elements.get(output.value().id()))
        .toList();
  }
}
