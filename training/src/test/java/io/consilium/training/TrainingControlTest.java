package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.PlaintextTwin;
import io.consilium.training.plain.TwinModel;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on around the epochs, on shares. */
final class TrainingControlTest {
  private static final long SEED = Long.getLong("seed", 20260802L);

  private static final String NETWORK =
      "{'type': 'network', 'loss': 'softmaxCrossEntropy', 'layers': [{'dense': {'units': 5,"
          + " 'init': 'he'}}, 'relu', {'dense': {'units': 2}}]}";

  private static ProgramSpec spec(String model, String training) throws Exception {
    String text = "{'model': " + model + ", 'training': {" + training + "}}";
    return ProgramSpec.parse(new ObjectMapper().readTree(text.replace('\'', '"')), 2);
  }

  private static String training(int epochs, double rate, String more) {
    return "'epochs': %d, 'batchSize': 32, 'learningRate': %s, 'seed': 5%s"
        .formatted(epochs, rate, more);
  }

  private static Trial trial(ProgramSpec spec, ReleasedValue first, ReleasedValue... more)
      throws Exception {
    TestCohort cohort = new TestCohort(SEED, 4, 0.1);
    List<PlainPart> training = cohort.sites(TestCohort.logistic(0), 50, 31, 40);
    List<PlainPart> validation = cohort.sites(TestCohort.logistic(0), 20, 20, 20);
    return new Trial(spec, training, validation, EnumSet.of(first, more));
  }

  /** Everything that a party learns of a run. */
  private static final class Log implements TrainingListener {
    private final List<Released> released = new ArrayList<>();
    private final List<List<Released>> ofFolds = new ArrayList<>();
    private Optional<Ended> end = Optional.empty();
    private long steps;

    @Override
    public void began(int fold, int folds) {
      if (!ofFolds.isEmpty() || fold == 1) {
        ofFolds.add(new ArrayList<>());
      }
    }

    @Override
    public void progressed(Progress progress) {
      steps = progress.step();
    }

    @Override
    public void released(Released value) {
      released.add(value);
      if (!ofFolds.isEmpty()) {
        ofFolds.getLast().add(value);
      }
    }

    @Override
    public void ended(Ended ended) {
      end = Optional.of(ended);
    }

    double[] all(ReleasedValue value) {
      return released.stream()
          .filter(one -> one.value() == value)
          .mapToDouble(one -> one.numbers()[0])
          .toArray();
    }
  }

  private record Run(Log log, double[] weights, Cost cost) {}

  private static Run run(Trial trial, Backend b) {
    Log log = new Log();
    SecureDataSet data = trial.share(b);
    Cost before = b.declared();
    SharedModel model = SecureTrainer.run(b, trial.plan, data, trial.disclosures(), log);
    Cost cost = b.declared().since(before);
    return new Run(
        log,
        Trial.opened(
            b, b.concatenate(model.trained().stream().map(x -> Arrangement.flat(b, x)).toList())),
        cost);
  }

  private static Run onShares(Trial trial) {
    ThreeParties.Outcome<Run> outcome = new ThreeParties(SEED).run(b -> run(trial, b));
    Run first = outcome.results().getFirst();
    for (Run other : outcome.results()) {
      assertThat(other.weights()).isEqualTo(first.weights());
      assertThat(other.log().end).isEqualTo(first.log().end);
      assertThat(other.cost()).isEqualTo(first.cost());
    }
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
    return first;
  }

  // ---- undefined metrics -----------------------------------------------------------------------

  /** All records are of one class: there is no area to watch. */
  @Test
  void anUndefinedMetricNeverImproves() throws Exception {
    TestCohort cohort = new TestCohort(SEED, 4, 0.1);
    List<PlainPart> sites = cohort.sites((_, _) -> 0, 40, 31);
    String stopping = ", 'earlyStopping': {'metric': 'auc', 'patience': 2}";
    ProgramSpec spec = spec("{'type': 'logistic'}", training(6, 0.3, stopping));
    Trial trial = new Trial(spec, sites, List.of(), EnumSet.of(ReleasedValue.AUC));

    Run run = onShares(trial);

    TrainingListener.Ended end = run.log().end.orElseThrow();
    assertThat(end.epoch()).isEqualTo(2);
    assertThat(end.kept()).isEqualTo(2);
    assertThat(end.value()).isNaN();
    assertThat(end.why()).contains("auc was undefined for 2 epochs");
    assertThat(run.log().all(ReleasedValue.AUC)).containsExactly(Double.NaN, Double.NaN);
  }

  @Test
  void whereAMetricIsUndefinedAFoldSaysSo() throws Exception {
    TestCohort cohort = new TestCohort(SEED, 4, 0.1);
    List<PlainPart> sites = cohort.sites((_, _) -> 1, 12, 9);
    ProgramSpec spec =
        spec("{'type': 'logistic'}", training(1, 0.3, ", 'crossValidation': {'folds': 3}"));
    Trial trial =
        new Trial(spec, sites, List.of(), EnumSet.of(ReleasedValue.AUC, ReleasedValue.ACCURACY));

    Log log = run(trial, new ClearBackend()).log();

    assertThat(log.all(ReleasedValue.AUC)).hasSize(4).containsOnly(Double.NaN);
    assertThat(log.all(ReleasedValue.ACCURACY)).hasSize(4).doesNotContain(Double.NaN);
  }

  // ---- divergence ------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'type': 'network', 'loss': 'softmaxCrossEntropy', 'layers': [{'dense': {'units': 5, 'init': 'he'}}, 'relu', {'dense': {'units': 2}}]} | 16
          {'type': 'network', 'loss': 'binaryCrossEntropy', 'layers': [{'dense': {'units': 5, 'init': 'he'}}, 'relu', {'dense': {'units': 1}}]} | 16
          """)
  void allPartiesEndADivergingTrainingAlike(String model, double rate) throws Exception {
    ProgramSpec spec = spec(model.replace("''", "'"), training(6, rate, ", 'momentum': 0.95"));
    Trial trial = trial(spec, ReleasedValue.LOSS);

    List<String> reasons =
        new ThreeParties(SEED)
            .run(b -> {
              try {
                return "finished with losses "
                    + Arrays.toString(run(trial, b).log().all(ReleasedValue.LOSS));
              } catch (TrainingDivergedException e) {
                assertThat(e.reasonWithoutValues())
                    .startsWith("training diverges after epoch " + e.epoch());
                return e.getMessage();
              }
            })
            .results();

    assertThat(new HashSet<>(reasons)).hasSize(1);
    assertThat(reasons.getFirst())
        .matches(
            "training diverges: loss of epoch \\d is \\S+ (after \\S+ in epoch 1|where a model that"
                + " knows nothing has 0.693); lower the learning rate or clip gradients");
  }

  /** A logistic regression that jumps to and fro is a bad training, but its numbers are right. */
  @Test
  void anUnsteadyTrainingIsNotCalledDiverging() throws Exception {
    Trial trial =
        trial(
            spec("{'type': 'logistic'}", training(4, 16, ", 'momentum': 0.95")),
            ReleasedValue.LOSS);

    double[] losses = onShares(trial).log().all(ReleasedValue.LOSS);
    assertThat(losses).hasSize(4);
    assertThat(Arrays.stream(losses).max().orElseThrow()).isGreaterThan(1);
  }

  @Test
  void lossesOfDivergenceAreOutOfAllBounds() throws Exception {
    Divergence two = new Divergence(spec(NETWORK, training(1, 0.1, "")).model());
    two.require(1, 0.7);
    two.require(2, 6.9);
    two.require(3, -0.01);
    assertThatThrownBy(() -> two.require(3, 41.2))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessage(
            "training diverges: loss of epoch 3 is 41.2 after 0.700 in epoch 1; lower the learning"
                + " rate or clip gradients");
    assertThatThrownBy(() -> two.require(4, -3)).hasMessageContaining("loss of epoch 4 is -3.00");
    Divergence late = new Divergence(spec(NETWORK, training(1, 0.1, "")).model());
    assertThatThrownBy(() -> late.require(1, 7)).isInstanceOf(TrainingDivergedException.class);
  }

  // ---- early stopping --------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"loss", "accuracy", "auc"})
  void stopsWhenTheMetricNoLongerImprovesAndKeepsTheBestModel(String metric) throws Exception {
    ReleasedValue watched = ReleasedValue.of(metric).orElseThrow();
    String stopping =
        ", 'earlyStopping': {'metric': '%s', 'patience': 2, 'minImprovement': 0.02}"
            .formatted(metric);
    Trial trial = trial(spec(NETWORK, training(20, 0.3, stopping)), watched, ReleasedValue.LOSS);

    Run run = onShares(trial);

    TrainingListener.Ended end = run.log().end.orElseThrow();
    double[] values = run.log().all(watched);
    assertThat(end.epoch()).isEqualTo(values.length).isLessThan(20);
    assertThat(end.kept()).isEqualTo(end.epoch() - 2);
    assertThat(end.value()).isEqualTo(values[end.kept() - 1]);
    assertThat(end.sentence(true))
        .isEqualTo(
            "stopped after epoch %d of 20: %s did not improve by more than 0.02 for 2 epochs; the model is that of epoch %d"
                .formatted(end.epoch(), metric, end.kept()));
    assertThat(run.log().steps).isEqualTo(4L * end.epoch());
    // The model of the kept epoch, and not the last.
    Trial shorter =
        trial(spec(NETWORK, training(end.kept(), 0.3, "")), watched, ReleasedValue.LOSS);
    TwinModel twin = shorter.twin();
    assertThat(Trial.largestDifference(run.weights(), twin.weights())).isLessThan(0.02);
    // What it costs is known for every epoch that it may end with.
    assertThat(run.cost()).isEqualTo(trial.plan.costOfEpochs(end.epoch()));
    assertThat(trial.plan.mayStopEarly()).isTrue();
    assertThat(trial.plan.costOfEpochs(20)).isEqualTo(trial.plan.totalCost());
    assertThat(trial.plan.disclosures()).contains(new TrainingPlan.PlannedDisclosure(watched, 20));
  }

  @Test
  void keepsTheLastModelIfAskedAndGoesOnWhileItImproves() throws Exception {
    String stopping = ", 'earlyStopping': {'metric': 'loss', 'patience': 3, 'restoreBest': false}";
    Trial trial = trial(spec(NETWORK, training(5, 0.05, stopping)), ReleasedValue.LOSS);

    Run run = onShares(trial);

    TrainingListener.Ended end = run.log().end.orElseThrow();
    assertThat(end.sentence(true))
        .isEqualTo("went through all 5 epochs; the model is that of epoch 5");
    assertThat(run.cost()).isEqualTo(trial.plan.totalCost());
    assertThat(Trial.largestDifference(run.weights(), trial.twin().weights())).isLessThan(0.02);
  }

  @Test
  void aDivergingTrainingKeepsTheBestModelThatItHad() throws Exception {
    ProgramSpec spec =
        spec(NETWORK, training(9, 0.3, ", 'earlyStopping': {'metric': 'loss', 'patience': 5}"));
    EpochWatch watch = new EpochWatch(spec);
    watch.loss(1, 0.6);
    watch.metric(1, 0.6, null);
    watch.loss(2, 900);
    watch.metric(2, 900, null);

    assertThat(watch.stops()).isTrue();
    TrainingListener.Ended end = watch.report().orElseThrow();
    assertThat(end.kept()).isEqualTo(1);
    assertThat(end.sentence(true)).contains("training diverges: loss of epoch 2 is 900 after 0.6");
    assertThat(end.sentence(false))
        .isEqualTo("stopped after epoch 2 of 9; the model is that of epoch 1");
  }

  @Test
  void aWatchedMetricMustBeOnTheList() throws Exception {
    ProgramSpec spec =
        spec(NETWORK, training(3, 0.1, ", 'earlyStopping': {'metric': 'auc', 'patience': 1}"));

    assertThatThrownBy(() -> TrainingPlan.requirePossible(spec, 4, Set.of(ReleasedValue.LOSS)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage(
            "training.earlyStopping.metric: 'auc' is opened after every epoch, so the list"
                + " 'disclosures' must have it");
    assertThatThrownBy(() -> trial(spec, ReleasedValue.LOSS))
        .hasMessageContaining("training.earlyStopping.metric");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          , 'earlyStopping': {'metric': 'los', 'patience': 1} | training.earlyStopping.metric: 'los' is not known; did you mean 'loss'?
          , 'earlyStopping': {'metric': 'loss'} | training.earlyStopping: needs the key 'patience'
          , 'earlyStopping': {'metric': 'loss', 'patience': 0} | training.earlyStopping.patience: must be a whole number from 1
          , 'earlyStopping': {'metric': 'loss', 'patience': 1, 'minImprovement': -1} | training.earlyStopping.minImprovement: must be from 0 on
          , 'earlyStopping': {'metric': 'loss', 'patience': 1, 'restorebest': true} | training.earlyStopping.restorebest: unknown key; did you mean 'restoreBest'?
          , 'earlyStoping': {'metric': 'loss', 'patience': 1} | training.earlyStoping: unknown key; did you mean 'earlyStopping'?
          , 'crossValidation': {'folds': 1} | training.crossValidation.folds: must be a whole number from 2 to 20
          , 'crossValidation': 5 | training.crossValidation: must be a mapping
          """)
  void namesTheWrongKey(String keys, String problem) {
    assertThatThrownBy(() -> spec(NETWORK, training(3, 0.1, keys.replace("''", "'"))))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining(problem);
  }

  // ---- cross-validation ------------------------------------------------------------------------

  @Test
  void everyFoldIsTrainedWithoutItsRowsAndJudgedOnThem() throws Exception {
    Trial trial =
        trial(
            spec(NETWORK, training(3, 0.2, ", 'crossValidation': {'folds': 3}")),
            ReleasedValue.LOSS,
            ReleasedValue.ACCURACY,
            ReleasedValue.AUC,
            ReleasedValue.WEIGHTS);

    Run run = onShares(trial);

    assertThat(run.cost()).isEqualTo(trial.plan.totalCost());
    assertThat(run.log().all(ReleasedValue.LOSS)).hasSize(4 * 3);
    assertThat(run.log().all(ReleasedValue.AUC)).hasSize(4);
    assertThat(trial.plan.disclosures())
        .containsExactlyInAnyOrder(
            new TrainingPlan.PlannedDisclosure(ReleasedValue.LOSS, 12),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.ACCURACY, 4),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.AUC, 4),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.WEIGHTS, trial.plan.parameters()));
    for (int i = 0; i < 3; i++) {
      Fold fold = trial.plan.folds().get(i);
      PlainPart heldOut = rows(trial.trainingSites(), fold.heldOutRows());
      TwinModel twin =
          PlaintextTwin.train(
              fold.plan(), rows(trial.trainingSites(), fold.trainingRows()), heldOut);
      ClearMetrics metrics = twin.metrics(heldOut);
      double auc =
          run.log().ofFolds.get(i).stream()
              .filter(one -> one.value() == ReleasedValue.AUC)
              .findFirst()
              .orElseThrow()
              .numbers()[0];
      assertThat(auc).isCloseTo(metrics.auc(), within(0.02));
      assertThat(run.log().ofFolds.get(i)).noneMatch(one -> one.value() == ReleasedValue.WEIGHTS);
    }
    assertThat(Trial.largestDifference(run.weights(), trial.twin().weights())).isLessThan(0.02);
  }

  @Test
  void foldsDivideTheRowsOfEverySite() throws Exception {
    List<Fold> folds =
        trial(
                spec(NETWORK, training(1, 0.2, ", 'crossValidation': {'folds': 4}")),
                ReleasedValue.LOSS)
            .plan
            .folds();

    for (int site = 0; site < 3; site++) {
      int at = site;
      int rows = List.of(50, 31, 40).get(site);
      assertThat(folds.stream().flatMapToInt(fold -> IntStream.of(fold.heldOutRows().get(at))))
          .containsExactlyInAnyOrder(IntStream.range(0, rows).boxed().toArray(Integer[]::new));
      for (Fold fold : folds) {
        assertThat(fold.heldOutRows().get(site).length).isBetween(rows / 4, rows / 4 + 1);
        assertThat(fold.trainingRows().get(site).length + fold.heldOutRows().get(site).length)
            .isEqualTo(rows);
      }
    }
  }

  @Test
  void tooFewRowsForTheFoldsAreRefused() throws Exception {
    List<PlainPart> sites = new TestCohort(SEED, 4, 0).sites(TestCohort.logistic(0), 9, 8);
    ProgramSpec spec = spec(NETWORK, training(1, 0.2, ", 'crossValidation': {'folds': 10}"));

    assertThatThrownBy(() -> new Trial(spec, sites, List.of(), Set.of(ReleasedValue.LOSS)))
        .hasMessage(
            "training.crossValidation.folds: 10 folds need 20 training rows or more, and there are"
                + " 17");
  }

  @Test
  void earlyStoppingWorksWithinFolds() throws Exception {
    Trial trial =
        trial(
            spec(
                "{'type': 'logistic'}",
                training(
                    12,
                    0.5,
                    ", 'crossValidation': {'folds': 2}, 'earlyStopping': {'metric': 'loss',"
                        + " 'patience': 1, 'minImprovement': 0.05}")),
            ReleasedValue.LOSS);

    Run run = onShares(trial);

    assertThat(run.log().all(ReleasedValue.LOSS).length).isLessThan(3 * 12);
    assertThat(run.cost().bytes()).isLessThan(trial.plan.totalCost().bytes());
    assertThat(trial.plan.disclosures())
        .containsExactly(new TrainingPlan.PlannedDisclosure(ReleasedValue.LOSS, 36));
  }

  // ---- order of rows ---------------------------------------------------------------------------

  /** One public order of all rows an epoch: a new order within each site, and mixed batches. */
  @Test
  void everyEpochShufflesTheRowsOfEachSiteAndMixesSites() {
    BatchPlan plan = new BatchPlan(7, 300, 32);
    List<List<Integer>> orders = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> ofFirstSite = new ArrayList<>();
      for (int[] batch : plan.batches(epoch)) {
        long first = IntStream.of(batch).filter(row -> row < 150).count();
        if (batch.length == 32) {
          assertThat(first).isBetween(1L, 31L);
        }
        IntStream.of(batch).filter(row -> row < 150).forEach(ofFirstSite::add);
      }
      assertThat(ofFirstSite).hasSize(150).doesNotHaveDuplicates();
      orders.add(ofFirstSite);
    }
    assertThat(orders).doesNotHaveDuplicates();
    assertThat(orders.getFirst()).isNotEqualTo(IntStream.range(0, 150).boxed().toList());
  }

  private static PlainPart rows(List<PlainPart> sites, List<int[]> indices) {
    List<PlainPart> parts = new ArrayList<>();
    for (int site = 0; site < sites.size(); site++) {
      parts.add(rows(sites.get(site), indices.get(site)));
    }
    return PlainPart.concatenated(parts);
  }

  private static PlainPart rows(PlainPart all, int[] indices) {
    int columns = all.columns();
    double[] features = new double[indices.length * columns];
    double[] presence = new double[indices.length * columns];
    double[] labels = new double[indices.length];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(all.features(), indices[i] * columns, features, i * columns, columns);
      System.arraycopy(all.presence(), indices[i] * columns, presence, i * columns, columns);
      labels[i] = all.labels()[indices[i]];
    }
    return new PlainPart(columns, features, presence, labels);
  }
}
