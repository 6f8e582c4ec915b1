package io.consilium.party.job;

import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Evaluation;
import io.consilium.coordinator.contract.Results.Part;
import io.consilium.coordinator.contract.Results.Tensor;
import io.consilium.coordinator.contract.Results.Undefined;
import io.consilium.coordinator.contract.Results.Weights;
import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.datasets.encoding.LabelCoding;
import io.consilium.party.plan.JobPlan;
import io.consilium.training.ModelLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingPlan;
import io.consilium.training.spec.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the released numbers of a job are: on which records, in which unit, of which classes.
 * Public: it follows from the manifest, and the numbers of records from what the sites have shared.
 *
 * @param label the name of the label's column
 */
record ResultTerms(TrainingPlan plan, FeatureLayout layout, String label, boolean tellsRowCounts) {

  static ResultTerms of(JobPlan job, TrainingPlan plan, boolean tellsRowCounts) {
    return new ResultTerms(
        plan, job.layout(), job.manifest().schema().label().name(), tellsRowCounts);
  }

  /**
   * A released number in the unit that {@link #units} names. Training scales a label that is a
   * number to the range from 0 to 1; squared errors are told in the label's own scale.
   */
  double inUnits(ReleasedValue value, double number) {
    return value == ReleasedValue.LOSS && layout.label() instanceof LabelCoding.Scaled coding
        ? number * (coding.scale() * coding.scale())
        : number;
  }

  /** Whether training sees another scale of the label than {@link #inUnits}. */
  boolean scalesLabel() {
    return layout.label() instanceof LabelCoding.Scaled;
  }

  /** Why a metric is not a number, if it is not. */
  static Undefined whyUndefined(ReleasedValue value) {
    return switch (value) {
      case AUC -> Undefined.ONE_CLASS;
      case R2 -> Undefined.EQUAL_LABELS;
      case LOSS, ACCURACY, CONFUSION, WEIGHTS -> Undefined.NO_NUMBER;
    };
  }

  /** By the names of the metrics. */
  Map<String, String> units() {
    Map<String, String> units = new TreeMap<>();
    units.put(ReleasedValue.LOSS.word(), lossUnit());
    units.put(ReleasedValue.ACCURACY.word(), "share of records");
    units.put(ReleasedValue.AUC.word(), "area under the ROC curve, 0 to 1");
    units.put(ReleasedValue.R2.word(), "share of the variance explained, at most 1");
    units.keySet().removeIf(word -> ReleasedValue.of(word).filter(plan::releases).isEmpty());
    return units;
  }

  private String lossUnit() {
    return switch (plan.spec().model().target()) {
      case NUMBER -> "mean squared error, " + cut(label) + " squared";
      case TWO_CLASSES -> "log loss, nats a record";
      case CLASSES -> "cross-entropy, nats a record";
    };
  }

  /** Names of the classes, if the label has some. */
  List<String> classes() {
    return layout.label() instanceof LabelCoding.Classes(List<String> names)
        ? names.stream().map(ResultTerms::cut).toList()
        : List.of();
  }

  /**
   * What the metrics of a training are computed on.
   *
   * @param fold from 1 on; 0 for the model itself
   * @param kept the epoch whose model is kept, if that is not the last
   */
  Evaluation evaluation(int fold, Optional<Integer> kept) {
    Part ofModel = plan.layout().hasValidation() ? Part.VALIDATION : Part.TRAINING;
    return new Evaluation(
        fold(fold),
        fold == 0 ? ofModel : Part.HELD_OUT,
        tellsRowCounts ? Optional.of((long) plan.evaluatedRows(fold)) : Optional.empty(),
        kept);
  }

  /** A fold as results name it. */
  static Optional<Integer> fold(int fold) {
    return fold == 0 ? Optional.empty() : Optional.of(fold);
  }

  /** The released numbers of a model with the names of what they belong to. */
  Weights weights(double[] numbers) {
    ModelLayout model = plan.modelLayout();
    List<Tensor> tensors = new ArrayList<>();
    int at = 0;
    for (String name : model.trained()) {
      List<Integer> shape = model.tensors().get(name).shape().dimensions();
      int end = at + model.tensors().get(name).shape().size();
      List<Double> values = new ArrayList<>();
      for (; at < end; at++) {
        values.add(numbers[at]);
      }
      tensors.add(new Tensor(name, shape, values));
    }
    return new Weights(model.model().type(), scale(model), layout.names(), tensors);
  }

  private String scale(ModelLayout model) {
    return inputs(model.standardise()) + " " + outputs(model.model());
  }

  private static String inputs(boolean standardise) {
    return standardise
        ? "Inputs are standardised: a number is first scaled by the range in the schema to 0 to 1,"
            + " then its mean over the training records of all sites is subtracted and it is"
            + " divided by their standard deviation. Means and deviations are not disclosed."
        : "Inputs are not standardised: a number is scaled by the range in the schema to 0 to 1.";
  }

  private String outputs(ModelSpec model) {
    return switch (model.target()) {
      case NUMBER -> {
        LabelCoding.Scaled coding = (LabelCoding.Scaled) layout.label();
        yield String.format(
            Locale.ROOT,
            "The output is %s scaled so that %s is 0 and %s is 1.",
            label,
            coding.offset(),
            coding.toOriginal(1));
      }
      case TWO_CLASSES ->
          "The output is the log odds of "
              + classes().getLast()
              + " against "
              + classes().getFirst()
              + ".";
      case CLASSES ->
          "The outputs are the scores before softmax of " + String.join(", ", classes()) + ".";
    };
  }

  private static String cut(String name) {
    return name.substring(0, Math.min(name.length(), Results.CLASS_CHARS_MAX));
  }
}
