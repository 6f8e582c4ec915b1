package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.RangeException;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
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
  private int records = 1;

  /** A run that has begun nothing yet. */
  public SecretRun(Program program, Ranges ranges, Backend backend) {
    this.program = program;
    this.ranges = ranges;
    this.backend = backend;
  }

  /** The format that a value is shared in. */
  public static FixedPoint format(Ranges ranges, Value value) {
    return ranges.format(value);
  }

  /** Told what instructions have cost that ran together. */
  @FunctionalInterface
  public interface Observer {
    void ran(List<Value> together, Cost cost);

    /** Hears nothing. */
    Observer NONE = (_, _) -> {};
  }

  /**
   * Runs it, for one record or several in the rounds of one.
   *
   * @param inputs in the formats of their values; of each the records one below the other, flat or
   *     in shape
   * @param weights as {@link Program#weights} lists them
   * @return the outputs of all records in the same way, those that are public as constants
   */
  public List<SecretTensor> run(
      List<SecretTensor> inputs, List<SecretTensor> weights, Observer observer) {
    records = records(inputs);
    for (int i = 0; i < inputs.size(); i++) {
      Value input = program.inputs().get(i).value();
      put(input, inputs.get(i), Dims.times(input.shape(), records));
    }
    List<Value> weightValues = program.weights();
    for (int i = 0; i < weights.size(); i++) {
      put(weightValues.get(i), weights.get(i), weightValues.get(i).shape());
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
    return program.outputs().stream().map(output -> output(output.value())).toList();
  }

  /** How many records the inputs are of; one that has another number does not fit its shape. */
  private int records(List<SecretTensor> inputs) {
    return inputs.isEmpty()
        ? 1
        : inputs.getFirst().size() / program.inputs().getFirst().value().shape().size();
  }

  private void put(Value value, SecretTensor x, Shape shape) {
    SecretTensor shaped = backend.reshape(x, shape);
    int bits = ranges.format(value).fractionBits();
    tensors.put(
        value.id(), backend.within(shaped, Scales.promise(ranges.of(value), x.format(), bits)));
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
    Instruction first = together.getFirst().origin().orElseThrow();
    try {
      return backend.scoped(() -> {
        List<Step> steps = Shortening.ofOperands(together.stream().map(this::step).toList());
        return Step.results(steps, first.bundle().run(steps));
      });
    } catch (ModelRefused | RangeException e) {
      String places = together.stream().map(Value::where).collect(Collectors.joining(", "));
      throw new ModelRefused("%s (%s): %s".formatted(places, first.title(), e.getMessage()), e);
    }
  }

  private Step step(Value value) {
    Instruction instruction = value.origin().orElseThrow();
    List<Operand> operands = instruction.operands().stream().map(this::operand).toList();
    return new Step(
        backend, instruction, records, operands, ranges.of(value), ranges.format(value));
  }

  private Operand operand(Value value) {
    return value.isPublic()
        ? Operand.Known.of(backend, value)
        : new Operand.Secret(
            tensors.get(value.id()),
            ranges.of(value),
            ranges.format(value).fractionBits(),
            value.isKnown());
  }

  private SecretTensor output(Value value) {
    Operand operand = operand(value);
    return operand.isShared()
        ? Step.repeated(backend, operand.tensor(), records)
        : operand.tensor();
  }
}
