package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.protocols.Cost;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.transport.Traffic;
import io.consilium.training.ModelLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingListener;
import io.consilium.training.TrainingPlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the researcher how training goes: public facts, and the values that were opened to the
 * researcher. A report costs an actor message, so there are a few a second at most.
 */
final class TrainingReports implements TrainingListener {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ReportSink progress;
  private final Rep3Backend backend;
  private final TrainingPlan plan;
  private final Clock clock;
  private final Instant start;
  private final Set<String> forResearcher;
  private final List<ReportDocument.Metric> metrics = new ArrayList<>();
  private final List<ReportDocument.Metric> localMetrics = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final FoldScores scores = new FoldScores();
  private Optional<double[]> weights = Optional.empty();
  private int fold;
  private Instant reported = Instant.EPOCH;
  private Traffic before;
  private int roundsPerStep;
  private long stepBefore;

  /**
   * Reports of one run.
   *
   * @param forResearcher the values that the coordinator may relay to the researcher; others stay
   *     at the parties
   */
  TrainingReports(
      ReportSink progress,
      Rep3Backend backend,
      TrainingPlan plan,
      Set<String> forResearcher,
      Clock clock) {
    this.forResearcher = Set.copyOf(forResearcher);
    this.progress = progress;
    this.backend = backend;
    this.plan = plan;
    this.clock = clock;
    this.start = clock.instant();
    this.before = backend.traffic();
  }

  @Override
  public void began(int number, int ofFolds) {
    fold = number;
    if (number == 0 && ofFolds > 0) {
      scores.summary().forEach(this::keep);
    }
  }

  /** What the party is doing, for people. */
  String phase() {
    return fold == 0 ? "training" : "training, fold " + fold;
  }

  @Override
  public void progressed(Progress at) {
    countRounds(at.step());
    Instant now = clock.instant();
    boolean last = fold == 0 && at.step() == at.steps();
    if (!last && Duration.between(reported, now).compareTo(PAUSE) < 0) {
      return;
    }
    reported = now;
    double seconds = Math.max(1e-3, Duration.between(start, now).toMillis() / 1000.0);
    long stepsOfEpoch = plan.batches().batchesPerEpoch();
    long stepInEpoch = at.step() == 0 ? 0 : (at.step() - 1) % stepsOfEpoch + 1;
    // The trainings of a cross-validation count as epochs before those of the model.
    int before = at.epochs() * (fold == 0 ? plan.foldCount() : fold - 1);
    progress.report(
        new ReportDocument.Progress(
            last ? ReportDocument.Phase.VALIDATING : ReportDocument.Phase.TRAINING,
            before + at.epoch(),
            at.epochs() * (plan.foldCount() + 1),
            stepInEpoch,
            stepsOfEpoch,
            at.rows() / seconds,
            bytesSent(),
            roundsPerStep,
            List.copyOf(metrics)));
  }

  /** Rounds as the channel counts them by causality, of a single step. */
  private void countRounds(long step) {
    Traffic now = backend.traffic();
    if (step == stepBefore + 1 && step > 1 && roundsPerStep == 0) {
      roundsPerStep = (int) now.since(before).rounds();
    }
    before = now;
    stepBefore = step;
  }

  @Override
  public void released(Released released) {
    double[] numbers = released.numbers();
    if (released.value() == ReleasedValue.WEIGHTS) {
      // To parties only: they are in this party's result file and go no further.
      weights = Optional.of(numbers);
      return;
    }
    String word = released.value().word();
    switch (released.value()) {
      case CONFUSION -> {
        int classes = (int) Math.round(Math.sqrt(numbers.length));
        for (int i = 0; i < numbers.length; i++) {
          String name = named(word) + "[" + i / classes + "][" + i % classes + "]";
          keep(ReportDocument.Metric.of(name, numbers[i]), word);
        }
      }
      case LOSS, ACCURACY, AUC, R2 -> {
        scores.add(fold, word, numbers[0]);
        boolean everyEpoch =
            released.value() == ReleasedValue.LOSS
                || plan.watched().equals(Optional.of(released.value()));
        keep(
            everyEpoch
                ? ReportDocument.Metric.ofEpoch(named(word), released.epoch(), numbers[0])
                : ReportDocument.Metric.of(named(word), numbers[0]),
            word);
      }
      case WEIGHTS -> throw new IllegalStateException("handled above");
    }
  }

  private String named(String word) {
    return fold == 0 ? word : "fold[" + fold + "]." + word;
  }

  @Override
  public void ended(Ended ended) {
    String word = ended.watched().word();
    scores.add(fold, word, ended.value());
    if (ended.watched() != ReleasedValue.LOSS) {
      keep(ReportDocument.Metric.of(named(word), ended.value()), word);
    }
    boolean mayTell =
        forResearcher.contains(word)
            && (!plan.releases(ReleasedValue.LOSS)
                || forResearcher.contains(ReleasedValue.LOSS.word()));
    remarks.add((fold == 0 ? "" : "fold " + fold + ": ") + ended.sentence(mayTell) + ".");
  }

  private void keep(ReportDocument.Metric metric, String word) {
    localMetrics.add(metric);
    if (!forResearcher.contains(word)) {
      return;
    }
    // A report has room for so many; of earlier epochs the party's own file has the values.
    boolean ofEarlierEpoch = fold > 0 && metric.epoch().isPresent();
    if (ofEarlierEpoch) {
      metrics.removeIf(old -> old.name().equals(metric.name()));
    }
    if (metrics.size() >= ReportDocument.METRICS_MAX) {
      metrics.stream()
          .filter(old -> old.epoch().isPresent())
          .findFirst()
          .ifPresent(metrics::remove);
    }
    metrics.add(metric);
  }

  /** Every value that was opened, for this party's own people. */
  List<ReportDocument.Metric> localMetrics() {
    return List.copyOf(localMetrics);
  }

  long bytesSent() {
    return backend.traffic().bytesSent();
  }

  int roundsPerStep() {
    return roundsPerStep;
  }

  /** The declared cost of everything so far. */
  Cost declared() {
    return backend.declared();
  }

  /** What was trained, flat in the order of the model, if it was opened to the parties. */
  Optional<double[]> weights() {
    return weights;
  }

  ModelLayout model() {
    return plan.modelLayout();
  }

  long rounds() {
    return backend.traffic().rounds();
  }

  ReportDocument.Succeeded succeeded(ReportDocument.ModelName model, double seconds) {
    return new ReportDocument.Succeeded(
        metrics, model, bytesSent(), roundsPerStep, seconds, remarks);
  }
}
