package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import io.consilium.protocols.Cost;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.transport.Traffic;
import io.consilium.training.ModelLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingDivergedException;
import io.consilium.training.TrainingListener;
import io.consilium.training.TrainingPlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells how training goes: public facts to the coordinator, and to the researcher the values that
 * were opened to the researcher. A report costs an actor message, so there are a few a second at
 * most.
 */
final class TrainingReports implements TrainingListener {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final ReportSink progress;
  private final Rep3Backend backend;
  private final TrainingPlan plan;
  private final Clock clock;
  private final Instant start;
  private final ResultTerms terms;
  private final Set<String> forResearcher;
  private final ResultBook toResearcher;
  private final ResultBook toSite;
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
   * @param forResearcher the values that the researcher is told; others stay at the parties
   */
  TrainingReports(
      ReportSink progress,
      Rep3Backend backend,
      ResultTerms terms,
      Set<String> forResearcher,
      Clock clock) {
    this.forResearcher = Set.copyOf(forResearcher);
    this.progress = progress;
    this.backend = backend;
    this.terms = terms;
    this.plan = terms.plan();
    this.toResearcher = new ResultBook(terms);
    this.toSite = new ResultBook(terms);
    this.clock = clock;
    this.start = clock.instant();
    this.before = backend.traffic();
  }

  @Override
  public void began(int number, int ofFolds) {
    fold = number;
    toResearcher.began(number);
    toSite.began(number);
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
    progress.report(
        new ReportDocument.Progress(
            last ? ReportDocument.Phase.VALIDATING : ReportDocument.Phase.TRAINING,
            fold,
            plan.foldCount(),
            at.epoch(),
            at.epochs(),
            stepInEpoch,
            stepsOfEpoch,
            at.rows() / seconds,
            bytesSent(),
            roundsPerStep),
        Optional.of(toResearcher.results()));
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
    switch (released.value()) {
      case WEIGHTS -> keepWeights(numbers);
      case CONFUSION -> keepConfusion(released.epoch(), numbers);
      case LOSS, ACCURACY, AUC, R2 -> {
        String word = released.value().word();
        double value = terms.inUnits(released.value(), numbers[0]);
        scores.add(fold, word, released.epoch(), value);
        keep(
            Results.Metric.of(
                word,
                ResultTerms.fold(fold),
                released.epoch(),
                value,
                ResultTerms.whyUndefined(released.value())));
      }
    }
  }

  private void keepWeights(double[] numbers) {
    weights = Optional.of(numbers);
    if (forResearcher.contains(ReleasedValue.WEIGHTS.word())) {
      toResearcher.add(terms.weights(numbers));
    }
  }

  private void keepConfusion(int epoch, double[] numbers) {
    int classes = (int) Math.round(Math.sqrt(numbers.length));
    List<List<Long>> counts = new ArrayList<>();
    for (int actual = 0; actual < classes; actual++) {
      counts.add(
          Arrays.stream(numbers, actual * classes, (actual + 1) * classes)
              .mapToObj(Math::round)
              .toList());
    }
    Results.Confusion matrix = new Results.Confusion(ResultTerms.fold(fold), epoch, counts);
    toSite.add(matrix);
    if (forResearcher.contains(ReleasedValue.CONFUSION.word())) {
      toResearcher.add(matrix);
    }
  }

  @Override
  public void ended(Ended ended) {
    scores.keep(fold, ended.kept());
    toSite.kept(fold, ended.kept());
    toSite.add(sentence(ended, true));
    if (forResearcher.contains(ended.watched().word())) {
      toResearcher.kept(fold, ended.kept());
    }
    toResearcher.add(sentence(ended, mayTell(ended.watched())));
  }

  private String sentence(Ended ended, boolean withValues) {
    return (fold == 0 ? "" : "fold " + fold + ": ") + withScale(ended.sentence(withValues)) + ".";
  }

  /** Sentences of the training name losses as it sees them. */
  private String withScale(String sentence) {
    return terms.scalesLabel() && sentence.contains("loss")
        ? sentence + " (losses of the label scaled to 0 to 1)"
        : sentence;
  }

  private boolean mayTell(ReleasedValue watched) {
    return forResearcher.contains(watched.word())
        && (!plan.releases(ReleasedValue.LOSS)
            || forResearcher.contains(ReleasedValue.LOSS.word()));
  }

  private void keep(Results.Metric metric) {
    toSite.add(metric);
    if (forResearcher.contains(metric.name())) {
      toResearcher.add(metric);
    }
  }

  /**
   * What the researcher learns of a training that diverged; the losses only if they may be told.
   */
  Results diverged(TrainingDivergedException why) {
    boolean mayTell = forResearcher.contains(ReleasedValue.LOSS.word());
    String reason =
        mayTell ? withScale(String.valueOf(why.getMessage())) : why.reasonWithoutValues();
    toResearcher.add(phase() + ": " + reason + ".");
    return toResearcher.results();
  }

  /** Every value that was opened, for this party's own people. */
  Results ofSite() {
    return toSite.results();
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

  Outcome succeeded(ReportDocument.ModelName model, double seconds) {
    return new Outcome(
        new ReportDocument.Succeeded(model, bytesSent(), roundsPerStep, seconds),
        Optional.of(toResearcher.results()));
  }
}
