package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.RangeException;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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

  /** Told what an instruction has cost. */
  @FunctionalInterface
  public interface Observer {
    void ran(Value value, Cost cost);

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
    for (Value value : program.computed()) {
      Cost before = backend.declared();
      tensors.put(value.id(), computed(value));
      observer.ran(value, backend.declared().since(before));
      for (Value operand : value.origin().orElseThrow().operands()) {
        if (left.merge(operand.id(), -1, Integer::sum) == 0) {
          tensors.remove(operand.id());
        }
      }
    }
    return program.outputs().stream().map(output -> tensor(output.value())).toList();
  }

  private void put(Value value, SecretTensor x) {
    SecretTensor shaped = backend.reshape(x, value.shape());
    tensors.put(value.id(), backend.within(shaped, Scales.promise(ranges.of(value), x.format())));
  }

  private SecretTensor computed(Value value) {
    Instruction instruction = value.origin().orElseThrow();
    List<Value> operands = instruction.operands();
    List<Interval> intervals = new ArrayList<>();
    operands.forEach(operand -> intervals.add(ranges.of(operand)));
    try {
      return backend
          .scoped(() -> {
            Step step =
                new Step(
                    backend,
                    i -> tensor(operands.get(i)),
                    intervals,
                    value.shape(),
                    ranges.of(value));
            return List.of(instruction.run(step));
          })
          .getFirst();
    } catch (ModelRefused | RangeException e) {
      throw new ModelRefused(
          "%s (%s): %s".formatted(value.where(), instruction.title(), e.getMessage()), e);
    }
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
