package io.consilium.inference.onnx;

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
import java.util.Optional;

/**
 * How far a model in fixed point is from itself in floating point, on the owner's samples and in
 * the clear: the reference of the protocols runs the program and checks every promised range.
 *
 * @param errorMax the largest absolute error of an output
 * @param outputMax the largest absolute output
 * @param sameLargest samples whose largest output stays the same
 * @param brokenPromises for each sample that left the ranges the node where it did
 */
public record FixedPointCheck(
    int samples, double errorMax, double outputMax, int sameLargest, List<String> brokenPromises) {
  public FixedPointCheck {
    brokenPromises = List.copyOf(brokenPromises);
  }

  /**
   * Runs all samples of a model.
   *
   * @param grant makes the right to look at so many elements of the reference's outputs
   */
  public static FixedPointCheck of(CalibratedModel model, Granting grant) {
    Collector collector = new Collector();
    for (List<double[]> sample : model.samples()) {
      List<double[]> exact = model.program().evaluate(sample, (_, _) -> {});
      try {
        collector.add(exact, outputs(model, sample, grant));
      } catch (io.consilium.inference.onnx.program.ModelRefused e) {
        if (!(e.getCause() instanceof RangeException)) {
          throw e;
        }
        collector.broken.add(e.getMessage());
      }
    }
    return collector.result(model.samples().size());
  }

  /** Makes disclosures. */
  @FunctionalInterface
  public interface Granting {
    Disclosure of(long elements);
  }

  private static List<double[]> outputs(
      CalibratedModel model, List<double[]> sample, Granting grant) {
    ClearBackend b = new ClearBackend();
    Program program = model.program();
    List<SecretTensor> inputs = new ArrayList<>();
    for (int i = 0; i < sample.size(); i++) {
      inputs.add(tensor(model, b, program.inputs().get(i).value(), sample.get(i)));
    }
    List<SecretTensor> weights = new ArrayList<>();
    for (Value weight : program.weights()) {
      weights.add(tensor(model, b, weight, weight.known().elements()));
    }
    return new SecretRun(program, model.ranges(), b)
        .run(inputs, weights, SecretRun.Observer.NONE).stream()
            .map(y -> y.format().decode(b.open(y, grant.of(y.size()))))
            .toList();
  }

  private static SecretTensor tensor(
      CalibratedModel model, ClearBackend b, Value value, double[] elements) {
    FixedPoint format = SecretRun.format(model.ranges(), value);
    return b.input(ComputeParty.P0, value.shape(), format, format.encode(elements));
  }

  private static final class Collector {
    private final List<String> broken = new ArrayList<>();
    private double errorMax;
    private double outputMax;
    private int sameLargest;

    void add(List<double[]> exact, List<double[]> actual) {
      for (int i = 0; i < exact.size(); i++) {
        for (int j = 0; j < exact.get(i).length; j++) {
          outputMax = Math.max(outputMax, Math.abs(exact.get(i)[j]));
          errorMax = Math.max(errorMax, Math.abs(actual.get(i)[j] - exact.get(i)[j]));
        }
      }
      Optional<Integer> wanted = largest(exact.getFirst());
      sameLargest += wanted.equals(largest(actual.getFirst())) ? 1 : 0;
    }

    private static Optional<Integer> largest(double[] elements) {
      int best = 0;
      for (int i = 1; i < elements.length; i++) {
        best = elements[i] > elements[best] ? i : best;
      }
      return elements.length == 0 ? Optional.empty() : Optional.of(best);
    }

    FixedPointCheck result(int samples) {
      return new FixedPointCheck(samples, errorMax, outputMax, sameLargest, broken);
    }
  }
}
