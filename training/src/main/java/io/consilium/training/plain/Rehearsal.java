package io.consilium.training.plain;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.training.ClearTraining;
import io.consilium.training.Formats;
import io.consilium.training.SecureDataSet;
import io.consilium.training.SecurePart;
import io.consilium.training.TrainingDivergedException;
import io.consilium.training.TrainingListener;
import io.consilium.training.TrainingPlan;
import io.consilium.training.spec.ModelSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A training in the clear, twice: the program of the parties on the clear fixed-point reference,
 * which says where values leave their ranges, and the plaintext twin in double precision with the
 * same initial weights, rows and batches. For records that may be seen: made-up ones, or those of a
 * test.
 *
 * <p>The reference rounds to the nearest code where shares round up or down by chance, so a secure
 * run differs from it in the last places of its weights, and in nothing else.
 */
public final class Rehearsal {
  private Rehearsal() {}

  /** What one data holder brings. */
  public record Site(Optional<PlainPart> training, Optional<PlainPart> validation) {}

  /**
   * How good a model is on the evaluated rows.
   *
   * @param losses after each epoch
   */
  public record Side(ClearMetrics metrics, List<Double> losses) {
    public Side {
      losses = List.copyOf(losses);
    }
  }

  /**
   * What came out.
   *
   * @param fixedPoint the program of the parties; without metrics if it diverged
   * @param twin the same training in double precision, with as many epochs as the program kept
   * @param predictionDifference the largest of the evaluated rows; NaN if there is none
   * @param weightDifference the largest of all that is trained; NaN if there is none
   * @param scales features that the program standardises otherwise; empty if there are none
   * @param broken where ranges did not hold; empty if all did
   * @param diverged why the program ended without a model, if it did
   * @param end how early stopping ended, if there is any
   */
  public record Outcome(
      Side fixedPoint,
      Side twin,
      double predictionDifference,
      double weightDifference,
      List<ScaleCheck> scales,
      List<BrokenPlace> broken,
      Optional<String> diverged,
      Optional<TrainingListener.Ended> end) {
    public Outcome {
      scales = List.copyOf(scales);
      broken = List.copyOf(broken);
    }
  }

  /**
   * Runs a plan both ways.
   *
   * @param plan should release the loss, or the program computes none
   * @param sites in the order of the plan
   * @param listener of the program
   */
  public static Outcome run(TrainingPlan plan, List<Site> sites, TrainingListener listener) {
    PlainPart training =
        PlainPart.concatenated(sites.stream().flatMap(s -> s.training().stream()).toList());
    PlainPart evaluated =
        plan.layout().hasValidation()
            ? PlainPart.concatenated(sites.stream().flatMap(s -> s.validation().stream()).toList())
            : training;
    BrokenRanges broken = new BrokenRanges();
    Course course = new Course(broken, listener);
    ClearBackend b = ClearBackend.watching(broken);
    ModelSpec model = plan.spec().model();
    int epochs = plan.spec().training().epochs();
    try {
      ClearTraining program = ClearTraining.run(b, plan, shared(b, plan, sites), course);
      int kept = course.end().map(TrainingListener.Ended::kept).orElse(epochs);
      TwinModel twin = PlaintextTwin.train(plan, training, evaluated, kept);
      return new Outcome(
          new Side(ClearMetrics.of(model, program.scores(), evaluated.labels()), course.losses()),
          side(twin, evaluated),
          largestDifference(program.predictions(), twin.predict(evaluated)),
          largestDifference(program.weights(), twin.weights()),
          ScaleCheck.differing(
              program.scales(), Standardisation.of(plan.spec().standardise(), training).scales()),
          broken.all(),
          Optional.empty(),
          course.end());
    } catch (TrainingDivergedException e) {
      return new Outcome(
          new Side(ClearMetrics.NONE, course.losses()),
          side(PlaintextTwin.train(plan, training, evaluated, e.epoch()), evaluated),
          Double.NaN,
          Double.NaN,
          List.of(),
          broken.all(),
          Optional.of(e.getMessage()),
          course.end());
    }
  }

  private static Side side(TwinModel twin, PlainPart evaluated) {
    return new Side(twin.metrics(evaluated), DoubleStream.of(twin.losses()).boxed().toList());
  }

  private static double largestDifference(double[] x, double[] y) {
    double largest = 0;
    for (int i = 0; i < x.length; i++) {
      // Math.max keeps a NaN.
      largest = Math.max(largest, Math.abs(x[i] - y[i]));
    }
    return largest;
  }

  private static SecureDataSet shared(ClearBackend b, TrainingPlan plan, List<Site> sites) {
    return new SecureDataSet(
        sites.stream()
            .map(site ->
                new SecureDataSet.Site(
                    site.training().map(part -> shared(b, plan, part)),
                    site.validation().map(part -> shared(b, plan, part))))
            .toList());
  }

  private static SecurePart shared(ClearBackend b, TrainingPlan plan, PlainPart rows) {
    ModelSpec model = plan.spec().model();
    Shape matrix = Shape.matrix(rows.rows(), rows.columns());
    long[] features = Formats.featureCodes(rows.features());
    long[] there = FixedPoint.INTEGER.encode(rows.presence());
    SecretTensor presence = b.input(ComputeParty.P0, matrix, FixedPoint.INTEGER, there);
    return new SecurePart(
        b.input(ComputeParty.P0, matrix, Formats.FEATURES, features),
        plan.layout().mayMiss() ? Optional.of(presence) : Optional.empty(),
        b.input(
            ComputeParty.P0,
            SecurePart.labelShape(model, rows.rows()),
            SecurePart.labelFormat(model),
            SecurePart.labelCodes(model, rows.labels())));
  }
}
