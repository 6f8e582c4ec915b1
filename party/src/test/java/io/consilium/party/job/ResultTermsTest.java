package io.consilium.party.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Evaluation;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Part;
import io.consilium.coordinator.contract.Results.Statistic;
import io.consilium.coordinator.contract.Results.Undefined;
import io.consilium.coordinator.contract.Results.Weights;
import io.consilium.party.Studies;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.training.DataLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingPlan;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the released numbers are said to be. */
final class ResultTermsTest {
  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");

  @Test
  void squaredErrorsAreInTheUnitOfTheLabel() throws Exception {
    ResultTerms terms = terms(Studies.linear("scores", ALL, ALL), true);

    // The label goes from -10 to 10, and training sees it from 0 to 1.
    assertThat(terms.inUnits(ReleasedValue.LOSS, 0.01)).isEqualTo(0.01 * 400);
    assertThat(terms.inUnits(ReleasedValue.R2, 0.5)).isEqualTo(0.5);
    assertThat(terms.units().get("loss")).isEqualTo("mean squared error, score squared");
    assertThat(terms.units()).containsOnlyKeys("loss", "r2");
    assertThat(terms.classes()).isEmpty();
  }

  @Test
  void saysOnWhichRecordsAndHowManyIfThatMayBeTold() throws Exception {
    ObjectNode manifest = Studies.logistic("risk", ALL, ALL);
    manifest.withObject("training").putObject("crossValidation").put("folds", 3);

    ResultTerms told = terms(manifest, true);
    ResultTerms untold = terms(manifest, false);

    assertThat(told.evaluation(0, Optional.empty()))
        .isEqualTo(
            new Evaluation(Optional.empty(), Part.VALIDATION, Optional.of(36L), Optional.empty()));
    assertThat(told.evaluation(2, Optional.of(1)))
        .isEqualTo(new Evaluation(Optional.of(2), Part.HELD_OUT, Optional.of(30L), Optional.of(1)));
    assertThat(untold.evaluation(0, Optional.empty()).records()).isEmpty();
    assertThat(told.units().get("loss")).isEqualTo("log loss, nats a record");
    assertThat(told.classes()).containsExactly("no", "yes");
  }

  @Test
  void weightsHaveTheNamesOfTheirInputsAndAScale() throws Exception {
    ResultTerms terms = terms(Studies.logistic("risk", ALL, ALL), false);
    int features = terms.layout().size();
    double[] numbers = IntStream.rangeClosed(0, features).mapToDouble(i -> i / 3.0).toArray();

    Weights weights = terms.weights(numbers);

    assertThat(weights.features()).contains("dose", "level").hasSize(features);
    assertThat(weights.tensors()).extracting(Results.Tensor::name).contains("weights");
    assertThat(weights.tensors().getFirst().numbers().get(1)).isEqualTo(1 / 3.0);
    assertThat(weights.tensors().getLast().numbers()).containsExactly(features / 3.0);
    assertThat(weights.scale())
        .contains("Inputs are standardised", "The output is the log odds of yes against no.");
  }

  @Test
  void aMeanOfFoldsIsUndefinedIfAFoldIs() {
    FoldScores scores = new FoldScores();
    scores.add(1, "auc", 2, 0.75);
    scores.add(2, "auc", 2, Double.NaN);
    scores.add(1, "loss", 1, 0.5);
    scores.add(1, "loss", 2, 0.9);
    scores.add(2, "loss", 2, 0.7);
    scores.keep(1, 1);

    List<Metric> summary = scores.summary();

    assertThat(summary)
        .filteredOn(metric -> metric.name().equals("auc"))
        .allMatch(metric -> metric.undefined().equals(Optional.of(Undefined.UNDEFINED_FOLD)));
    assertThat(summary)
        .filteredOn(
            metric -> metric.name().equals("loss") && metric.statistic() == Statistic.MEAN_OF_FOLDS)
        .singleElement()
        .extracting(metric -> metric.number().orElseThrow())
        .isEqualTo((0.5 + 0.7) / 2);
  }

  @Test
  void undefinedMetricsHaveAReasonAndNoNumber() throws Exception {
    ResultBook book = new ResultBook(terms(Studies.logistic("risk", ALL, ALL), false));
    book.began(0);
    book.add(
        Metric.of(
            "auc", Optional.empty(), 2, Double.NaN, ResultTerms.whyUndefined(ReleasedValue.AUC)));

    assertThat(book.results().metrics().getFirst().undefined()).contains(Undefined.ONE_CLASS);
    assertThat(ResultTerms.whyUndefined(ReleasedValue.R2)).isEqualTo(Undefined.EQUAL_LABELS);
  }

  @Test
  void letsGoOfEarlierEpochsAndNeverOfTheLatest() throws Exception {
    ResultBook book = new ResultBook(terms(Studies.logistic("risk", ALL, ALL), false));
    book.add(Metric.of("auc", Optional.of(1), 1, 0.5, Undefined.ONE_CLASS));
    for (int epoch = 1; epoch <= Results.METRICS_MAX + 10; epoch++) {
      book.add(Metric.of("loss", Optional.empty(), epoch, 0.5, Undefined.NO_NUMBER));
    }

    List<Metric> kept = book.results().metrics();
    assertThat(kept).hasSize(Results.METRICS_MAX);
    assertThat(kept.getFirst().name()).isEqualTo("auc");
    assertThat(kept.getLast().epoch()).contains(Results.METRICS_MAX + 10);
  }

  private static ResultTerms terms(ObjectNode json, boolean tellsRowCounts) throws Exception {
    Manifest manifest = Manifest.parse(Json.bytes(json));
    PlanCompiler.Program program = PlanCompiler.program(manifest);
    TrainingPlan plan =
        TrainingPlan.compile(
            program.spec(),
            new DataLayout(
                program.layout().size(),
                program.layout().mayMiss(),
                List.of(30, 30, 30),
                List.of(12, 12, 12)),
            PlanCompiler.released(manifest));
    return new ResultTerms(
        plan, program.layout(), manifest.schema().label().name(), tellsRowCounts);
  }
}
