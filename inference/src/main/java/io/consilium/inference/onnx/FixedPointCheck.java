package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.SecretRun;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.RangeException;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a model in fixed point is from itself in floating point, in the clear: the reference of
 * the protocols runs the program and checks every promised range. It runs on the owner's samples,
 * or, if there are none, on inputs that are spread over the declared ranges.
 *
 * @param onSamples whether the inputs were samples of the owner
 * @param runs how many inputs there were
 * @param errorMax the largest absolute error of an output
 * @param outputMax the largest absolute output
 * @param sameLargest runs whose largest output stays the same, or ties with it
 * @param brokenPromises for each run that left the ranges the node where it did
 * @param tooFar for each output that is off by more than 1 % of its range a sentence
 */
public record FixedPointCheck(
    boolean onSamples,
    int runs,
    double errorMax,
    double outputMax,
    int sameLargest,
    List<String> brokenPromises,
    List<String> tooFar) {
  public FixedPointCheck {
    brokenPromises = List.copyOf(brokenPromises);
    tooFar = List.copyOf(tooFar);
  }

  /** Makes disclosures. */
  @FunctionalInterface
  public interface Granting {
    Disclosure of(long elements);
  }

  /**
   * Runs all samples of a model, or inputs that stand in for them.
   *
   * @param grant makes the right to look at so many elements of the reference's outputs
   */
  public static FixedPointCheck of(CalibratedModel model, Granting grant) {
    return of(model, Integer.MAX_VALUE, grant);
  }

  /** The same with so many samples at most. */
  public static FixedPointCheck of(CalibratedModel model, int runsMax, Granting grant) {
    boolean onSamples = !model.samples().isEmpty();
    List<List<double[]>> inputs =
        onSamples ? model.samples() : Probes.of(model.program(), model.ranges());
    return new Runs(model, grant)
        .of(onSamples, inputs.subList(0, Math.min(runsMax, inputs.size())));
  }

  /** Why the model may not be used with these formats, if it may not. */
  public Optional<String> problem() {
    if (!tooFar.isEmpty()) {
      return Optional.of(String.join("; ", tooFar));
    }
    if (onSamples && !brokenPromises.isEmpty()) {
      return Optional.of(
          "a sample leaves the ranges that were planned: " + brokenPromises.getFirst());
    }
    return runs > 0 && brokenPromises.size() == runs
        ? Optional.of(
            "no input of the declared range can be computed, so give samples: "
                + brokenPromises.getFirst())
        : Optional.empty();
  }

  /** One input, and the outputs in floating and in fixed point. */
  private record Run(List<double[]> inputs, List<double[]> exact, List<double[]> actual) {}

  private record Runs(CalibratedModel model, Granting grant) {
    FixedPointCheck of(boolean onSamples, List<List<double[]>> inputs) {
      List<Run> runs = new ArrayList<>();
      List<String> broken = new ArrayList<>();
      for (List<double[]> input : inputs) {
        try {
          List<double[]> exact = model.program().evaluate(input, Runs::requireFinite);
          runs.add(new Run(input, exact, actual(model.program(), input)));
        } catch (ModelRefused e) {
          broken.add(e.getMessage());
        }
      }
      List<String> tooFar = new ArrayList<>();
      for (int i = 0; i < model.program().outputs().size(); i++) {
        judge(i, runs).ifPresent(tooFar::add);
      }
      int same = (int) runs.stream().filter(this::hasSameLargest).count();
      return new FixedPointCheck(
          onSamples, inputs.size(), errorMax(runs), outputMax(runs), same, broken, tooFar);
    }

    private static void requireFinite(Value value, double[] elements) {
      for (double element : elements) {
        if (!Double.isFinite(element)) {
          throw new ModelRefused(value.where() + " is not finite");
        }
      }
    }

    private List<double[]> actual(Program program, List<double[]> input) {
      ClearBackend b = new ClearBackend();
      List<SecretTensor> inputs = new ArrayList<>();
      for (int i = 0; i < input.size(); i++) {
        inputs.add(tensor(b, program.inputs().get(i).value(), input.get(i)));
      }
      List<SecretTensor> weights = new ArrayList<>();
      for (Value weight : program.weights()) {
        weights.add(tensor(b, weight, weight.known().elements()));
      }
      try {
        return new SecretRun(program, model.ranges(), b)
            .run(inputs, weights, SecretRun.Observer.NONE).stream()
                .map(y -> y.format().decode(b.open(y, grant.of(y.size()))))
                .toList();
      } catch (RangeException e) {
        throw new ModelRefused(e.getMessage(), e);
      }
    }

    private SecretTensor tensor(ClearBackend b, Value value, double[] elements) {
      FixedPoint format = SecretRun.format(model.ranges(), value);
      return b.input(ComputeParty.P0, value.shape(), format, format.encode(elements));
    }

    // ---- judging -------------------------------------------------------------------------------

    private OutputRange range(int output, List<Run> runs) {
      Value value = model.program().outputs().get(output).value();
      return OutputRange.of(value, runs.stream().map(run -> run.exact().get(output)).toList());
    }

    private Optional<String> judge(int output, List<Run> runs) {
      OutputRange range = range(output, runs);
      Optional<Run> worst =
          runs.stream().max(java.util.Comparator.comparingDouble(run -> distance(run, output)));
      if (worst.isEmpty() || distance(worst.get(), output) <= range.errorMax()) {
        return Optional.empty();
      }
      Program.Named named = model.program().outputs().get(output);
      return Optional.of(
          String.format(
              Locale.ROOT,
              "output '%s' is off by %.3g in fixed point and may be by 1 %% of its largest value,"
                  + " %.3g; the first node that is off is %s: scale what it reads, or give samples"
                  + " that show how large its values are",
              named.name(),
              distance(worst.get(), output),
              range.magnitude(),
              culprit(worst.get()).orElse(named.value().where())));
    }

    /** The first node whose values are off by more than 1 % of their largest. */
    private Optional<String> culprit(Run run) {
      Program all = model.program().withAllOutputs();
      List<double[]> exact = all.evaluate(run.inputs(), (_, _) -> {});
      List<double[]> actual = actual(all, run.inputs());
      for (int i = 0; i < exact.size(); i++) {
        double largest = Interval.of(exact.get(i)).magnitude();
        if (largest > 0
            && distance(exact.get(i), actual.get(i)) > OutputRange.ERROR_MAX * largest) {
          return Optional.of(all.outputs().get(i).name());
        }
      }
      return Optional.empty();
    }

    private static double distance(Run run, int output) {
      return distance(run.exact().get(output), run.actual().get(output));
    }

    private static double distance(double[] exact, double[] actual) {
      double distance = 0;
      for (int i = 0; i < exact.length; i++) {
        distance = Math.max(distance, Math.abs(actual[i] - exact[i]));
      }
      return distance;
    }

    /** Of two outputs that are as close as the error allows either may be the largest. */
    private boolean hasSameLargest(Run run) {
      double[] exact = run.exact().getFirst();
      int wanted = largest(exact);
      int actual = largest(run.actual().getFirst());
      return exact.length > 0 && exact[wanted] - exact[actual] <= 2 * distance(run, 0);
    }

    private static int largest(double[] elements) {
      int best = 0;
      for (int i = 1; i < elements.length; i++) {
        best = elements[i] > elements[best] ? i : best;
      }
      return best;
    }

    private static double errorMax(List<Run> runs) {
      double most = 0;
      for (Run run : runs) {
        for (int i = 0; i < run.exact().size(); i++) {
          most = Math.max(most, distance(run, i));
        }
      }
      return most;
    }

    private static double outputMax(List<Run> runs) {
      return runs.stream()
          .flatMap(run -> run.exact().stream())
          .mapToDouble(y -> Interval.of(y).magnitude())
          .max()
          .orElse(0);
    }
  }
}
