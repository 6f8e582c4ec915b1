package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.RangeException;
import io.consilium.protocols.SecretTensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A program over a backend: on shares, in the clear reference, or on outlines for a plan. */
public final class SecretRun {
  private final Program program;
  private final Ranges ranges;
  private final Backend backend;
  private final Map<Integer, SecretTensor> tensors = new HashMap<>();

  /** A run that has begun nothing yet. */
  public SecretRun(Program program, Ranges ranges, Backend backend) {
    this.program = program;
    this.ranges = ranges;
    this.backend = backend;
  }

  /** The format that a value is shared in. */
  public static FixedPoint format(Ranges ranges, Value value) {
    return Scales.of(ranges.of(value));
  }

  /** Told what instructions have cost that ran together. */
  @FunctionalInterface
  public interface Observer {
    void ran(List<Value> together, Cost cost);

    /** Hears nothing. */
    Observer NONE = (_, _) -> {};
  }

  /**
   * Runs it.
   *
   * @param inputs in the formats of their values, flat or in shape
   * @param weights as {@link Program#weights} lists them
   * @return the outputs, those that are public as constants
   */
  public List<SecretTensor> run(
      List<SecretTensor> inputs, List<SecretTensor> weights, Observer observer) {
    for (int i = 0; i < inputs.size(); i++) {
      put(program.inputs().get(i).value(), inputs.get(i));
    }
    List<Value> weightValues = program.weights();
    for (int i = 0; i < weights.size(); i++) {
      put(weightValues.get(i), weights.get(i));
    }
    Map<Integer, Integer> left = program.uses();
    for (List<Value> together : Schedule.of(program)) {
      Cost before = backend.declared();
      List<SecretTensor> results = computed(together);
      observer.ran(together, backend.declared().since(before));
      for (int i = 0; i < results.size(); i++) {
        tensors.put(together.get(i).id(), results.get(i));
        forget(together.get(i).origin().orElseThrow().operands(), left);
      }
    }
    return program.outputs().stream().map(output -> tensor(output.value())).toList();
  }

  private void put(Value value, SecretTensor x) {
    SecretTensor shaped = backend.reshape(x, value.shape());
    tensors.put(value.id(), backend.within(shaped, Scales.promise(ranges.of(value), x.format())));
  }

  /** A value that nothing reads any more takes no memory. */
  private void forget(List<Value> operands, Map<Integer, Integer> left) {
    for (Value operand : operands) {
      if (left.merge(operand.id(), -1, Integer::sum) == 0) {
        tensors.remove(operand.id());
      }
    }
  }

  private List<SecretTensor> computed(List<Value> together) {
    List<Instruction> instructions = together.stream().map(v -> v.origin().orElseThrow()).toList();
    try {
      return backend.scoped(() -> {
        List<Step> steps = together.stream().map(this::step).toList();
        return together.size() == 1
            ? List.of(instructions.getFirst().run(steps.getFirst()))
            : instructions.getFirst().bundle().orElseThrow().run(instructions, steps);
      });
    } catch (ModelRefused | RangeException e) {
      String places = together.stream().map(Value::where).collect(Collectors.joining(", "));
      throw new ModelRefused(
          "%s (%s): %s".formatted(places, instructions.getFirst().title(), e.getMessage()), e);
    }
  }

  private Step step(Value value) {
    List<Value> operands = value.origin().orElseThrow().operands();
    List<Interval> intervals = operands.stream().map(ranges::of).toList();
    return new Step(
        backend, i -> tensor(operands.get(i)), intervals, value.shape(), ranges.of(value));
  }

  private SecretTensor tensor(Value value) {
    return value.isPublic() ? publicTensor(value) : tensors.get(value.id());
  }

  private SecretTensor publicTensor(Value value) {
    double[] elements = value.known().elements();
    FixedPoint format = Scales.of(Interval.of(elements));
    return backend.constant(value.shape(), format, format.encode(elements));
  }
}
