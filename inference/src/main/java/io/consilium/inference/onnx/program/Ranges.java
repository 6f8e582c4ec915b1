package io.consilium.inference.onnx.program;

import io.consilium.protocols.FixedPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The interval of every value of a program: what the instructions imply, narrowed by what samples
 * showed. Public, like the formats that follow from it.
 */
public final class Ranges {
  private final Map<Integer, Interval> intervals = new HashMap<>();
  private final Map<Integer, Interval> domains = new HashMap<>();
  private final Calibration calibration;
  private Map<Integer, Integer> fractionBits = Map.of();

  private Ranges(Program program, Calibration calibration) {
    this.calibration = calibration;
    for (Value value : program.computed()) {
      Instruction instruction = value.origin().orElseThrow();
      instruction
          .operands()
          .forEach(x -> domains.merge(x.id(), instruction.domain(), Interval::and));
    }
  }

  /**
   * Finds the intervals.
   *
   * @param inputs what the inputs lie in, in their order
   * @throws ModelRefused if a value may exceed all formats, or leave the domain of a function; the
   *     message names its node
   */
  public static Ranges of(Program program, List<Interval> inputs, Calibration calibration) {
    Ranges ranges = new Ranges(program, calibration);
    for (int i = 0; i < inputs.size(); i++) {
      ranges.put(program.inputs().get(i).value(), inputs.get(i));
    }
    for (Value weight : program.weights()) {
      double size = Interval.of(weight.known().elements()).magnitude();
      ranges.put(weight, new Interval(-size, size).rounded());
    }
    for (Value value : program.computed()) {
      ranges.put(value, ranges.derived(value));
    }
    return ranges.withFormats(program);
  }

  /**
   * The intervals that the owner of a model announced, which a party cannot find itself, since it
   * knows neither samples nor weights.
   *
   * @param inputs in their order, as {@link Program#inputs} lists them
   * @param weights as {@link Program#weights} lists them
   * @param computed as {@link Program#computed} lists them
   * @throws ModelRefused if they are not as many, or no format holds one of them
   */
  public static Ranges announced(
      Program program, List<Interval> inputs, List<Interval> weights, List<Interval> computed) {
    Ranges ranges = new Ranges(program, Calibration.none());
    ranges.putAll(program.inputs().stream().map(Program.Named::value).toList(), inputs);
    ranges.putAll(program.weights(), weights);
    ranges.putAll(program.computed(), computed);
    return ranges.withFormats(program);
  }

  private void putAll(List<Value> values, List<Interval> announced) {
    if (values.size() != announced.size()) {
      throw new ModelRefused(
          "%d ranges were announced for %d values".formatted(announced.size(), values.size()));
    }
    for (int i = 0; i < values.size(); i++) {
      put(values.get(i), announced.get(i));
    }
  }

  private Interval derived(Value value) {
    Instruction instruction = value.origin().orElseThrow();
    List<Interval> operands = new ArrayList<>();
    instruction.operands().forEach(operand -> operands.add(of(operand)));
    try {
      Interval implied = instruction.range(operands);
      Interval narrowed =
          instruction.hasTightRange()
              ? implied
              : calibration.of(value).map(implied::and).orElse(implied);
      Interval domain = domains.getOrDefault(value.id(), Interval.ALL);
      return calibration.shows(value, domain) ? narrowed.and(domain) : narrowed;
    } catch (ModelRefused e) {
      throw new ModelRefused(value.where() + ": " + e.getMessage(), e);
    }
  }

  private void put(Value value, Interval interval) {
    if (!Scales.holds(interval)) {
      throw refused(value, interval);
    }
    intervals.put(value.id(), interval);
  }

  private ModelRefused refused(Value value, Interval interval) {
    return new ModelRefused(
        "%s: values may lie from %.3g to %.3g, which no fixed-point format holds; %s"
            .formatted(
                value.where(),
                interval.low(),
                interval.high(),
                calibration.isEmpty()
                    ? "give samples to calibrate with, or smaller ranges of the inputs"
                    : "scale what it is computed of: inputs in other units, or constants that keep"
                        + " it below 3e7"));
  }

  /** Formats, once all intervals are known. */
  private Ranges withFormats(Program program) {
    fractionBits = Formats.of(program, this);
    program.inputs().forEach(input -> requirePrecise(input.value()));
    program.computed().forEach(this::requirePrecise);
    return this;
  }

  private void requirePrecise(Value value) {
    if (fractionBits.get(value.id()) < Scales.FRACTION_BITS_MIN
        && value.type() != ElementType.BOOL) {
      throw refused(value, of(value));
    }
  }

  /** The format of a value that is not public. */
  public FixedPoint format(Value value) {
    return new FixedPoint(fractionBits.get(value.id()));
  }

  /** The interval of a value. */
  public Interval of(Value value) {
    return value.isPublic() ? Interval.of(value.known().elements()) : intervals.get(value.id());
  }
}
