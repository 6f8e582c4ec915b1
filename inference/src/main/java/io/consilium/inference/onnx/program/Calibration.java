package io.consilium.inference.onnx.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the values of a program took when it ran on samples in the clear. Intervals that follow from
 * those of the inputs alone grow with every layer, far beyond what ever occurs; samples that the
 * owner of the model has at hand tell better.
 */
public final class Calibration {
  /** Inputs may make values so many times as large as those of the samples, at least. */
  public static final double MARGIN = 2;

  /** Where it costs no fraction bits, so many times. */
  private static final double MARGIN_OF_SMALL = 16;

  private static final double SMALL = 0x1p8;

  private final Map<Integer, Interval> seen = new HashMap<>();
  private final List<List<double[]>> outputs = new ArrayList<>();

  private Calibration() {}

  /** A calibration without samples. */
  public static Calibration none() {
    return new Calibration();
  }

  /**
   * Runs the samples.
   *
   * @param samples each with elements for every input
   * @throws ModelRefused if a value is not finite
   */
  public static Calibration of(Program program, List<List<double[]>> samples) {
    Calibration calibration = new Calibration();
    for (List<double[]> sample : samples) {
      calibration.outputs.add(program.evaluate(sample, calibration::observe));
    }
    return calibration;
  }

  private void observe(Value value, double[] elements) {
    for (double element : elements) {
      if (!Double.isFinite(element)) {
        throw new ModelRefused(value.where() + " is not finite for a sample");
      }
    }
    Interval interval = Interval.of(elements);
    seen.merge(value.id(), interval, Interval::or);
  }

  /** Whether no sample told anything. */
  boolean isEmpty() {
    return seen.isEmpty();
  }

  /** The outputs for every sample, in the clear. */
  public List<List<double[]>> outputs() {
    return List.copyOf(outputs);
  }

  /** What a value may take, if samples told. */
  Optional<Interval> of(Value value) {
    return Optional.ofNullable(seen.get(value.id()))
        .map(interval -> interval.balanced().times(margin(interval.magnitude())).rounded());
  }

  private static double margin(double magnitude) {
    return Math.clamp(SMALL / Math.max(magnitude, 1), MARGIN, MARGIN_OF_SMALL);
  }

  /** Whether a value kept to an interval in all samples, of which there is one. */
  boolean shows(Value value, Interval limit) {
    Interval interval = seen.get(value.id());
    return interval != null && limit.low() <= interval.low() && interval.high() <= limit.high();
  }
}
