package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.SecretTensor;
import io.consilium.training.network.NetworkState;
import java.util.List;
import java.util.Optional;

/**
 * The phases of a training run over any backend: the parties run them on shares, the planner on
 * outlines.
 */
final class TrainingProgram {
  private final Backend b;
  private final TrainingPlan plan;
  private final Opener opener;
  private final TrainingListener listener;
  private final RowStores stores;
  private final TrainingStep trainingStep;

  TrainingProgram(
      Backend b, TrainingPlan plan, Opener opener, TrainingListener listener, RowStores stores) {
    this.b = b;
    this.plan = plan;
    this.opener = opener;
    this.listener = listener;
    this.stores = stores;
    this.trainingStep = plan.step();
  }

  Preparation.Prepared prepare(SecureDataSet data) {
    return new Preparation(b, plan, stores, plan.evaluates()).prepare(data);
  }

  NetworkState initial() {
    return trainingStep.initial(b);
  }

  /** A model and the epoch that it is of. */
  record Trained(SharedModel model, int epoch) {}

  Trained train(Preparation.Prepared prepared, Cost start) {
    NetworkState state = initial();
    EpochWatch watch = new EpochWatch(plan.spec());
    int epochs = plan.spec().training().epochs();
    long step = 0;
    long rows = 0;
    report(0, step, rows, start);
    for (int epoch = 0; epoch < epochs && !watch.stops(); epoch++) {
      for (int[] indices : plan.batches().batches(epoch)) {
        if (listener.cancelled()) {
          throw new TrainingCancelledException(step);
        }
        state = step(state, prepared, indices, epoch);
        step++;
        rows += indices.length;
        report(epoch + 1, step, rows, start);
      }
      releaseOfEpoch(prepared, state, epoch + 1, watch);
    }
    Optional<TrainingListener.Ended> ended = watch.report();
    ended.ifPresent(listener::ended);
    return new Trained(
        model(prepared, watch.kept(state)), ended.map(TrainingListener.Ended::kept).orElse(epochs));
  }

  NetworkState step(NetworkState state, Preparation.Prepared prepared, int[] indices, int epoch) {
    List<SecretTensor> next =
        b.scoped(() -> {
          TrainingStep.Batch batch = TrainingStep.Batch.of(prepared.training().select(b, indices));
          return trainingStep.apply(b, state, batch, epoch).tensors();
        });
    return state.next(next);
  }

  private void report(int epoch, long step, long rows, Cost start) {
    int epochs = plan.spec().training().epochs();
    listener.progressed(
        new TrainingListener.Progress(
            epoch, epochs, step, plan.steps(), rows, b.declared().since(start)));
  }

  SharedModel model(Preparation.Prepared prepared, NetworkState state) {
    return trainingStep.model(
        b, plan.modelLayout(), state, prepared.means(), prepared.deviations());
  }

  private Evaluation evaluation(Preparation.Prepared prepared, SharedModel model) {
    return Evaluation.of(b, model, prepared.evaluated(), plan.scoredRows());
  }

  private SecureMetrics metrics(Evaluation evaluation) {
    return new SecureMetrics(plan.spec().model(), evaluation.labels());
  }

  /** The loss and the watched metric of an epoch, as far as they are released. */
  void releaseOfEpoch(
      Preparation.Prepared prepared, NetworkState state, int epoch, EpochWatch watch) {
    Optional<ReleasedValue> watched = plan.watched();
    if (!plan.releases(ReleasedValue.LOSS) && watched.isEmpty()) {
      return;
    }
    Evaluation evaluation = evaluation(prepared, model(prepared, state));
    SecureMetrics metrics = metrics(evaluation);
    SecretTensor scores = evaluation.scores();
    if (plan.releases(ReleasedValue.LOSS)) {
      double loss = release(ReleasedValue.LOSS, epoch, metrics.loss(b, scores));
      watch.loss(epoch, loss);
      if (watched.equals(Optional.of(ReleasedValue.LOSS))) {
        watch.metric(epoch, loss, state);
      }
    }
    watched
        .filter(value -> value != ReleasedValue.LOSS)
        .ifPresent(value ->
            watch.metric(epoch, release(value, epoch, metrics.of(b, value, scores)), state));
  }

  /** What is released of the finished model only. */
  private boolean isOfTheEnd(ReleasedValue value) {
    return plan.releases(value) && !plan.watched().equals(Optional.of(value));
  }

  /**
   * Everything that is released of the finished model.
   *
   * @param epochs of the model
   */
  void releaseRest(Preparation.Prepared prepared, SharedModel model, int epochs) {
    if (plan.disclosures().stream().anyMatch(d -> isMetric(d.value()) && isOfTheEnd(d.value()))) {
      Evaluation evaluation = evaluation(prepared, model);
      SecureMetrics metrics = metrics(evaluation);
      SecretTensor scores = evaluation.scores();
      if (isOfTheEnd(ReleasedValue.ACCURACY) || isOfTheEnd(ReleasedValue.CONFUSION)) {
        SecretTensor confusion = metrics.confusion(b, scores);
        if (isOfTheEnd(ReleasedValue.ACCURACY)) {
          release(ReleasedValue.ACCURACY, epochs, metrics.rightRows(b, confusion));
        }
        if (isOfTheEnd(ReleasedValue.CONFUSION)) {
          release(ReleasedValue.CONFUSION, epochs, confusion);
        }
      }
      if (isOfTheEnd(ReleasedValue.AUC)) {
        release(ReleasedValue.AUC, epochs, metrics.auc(b, scores));
      }
      if (isOfTheEnd(ReleasedValue.R2)) {
        release(ReleasedValue.R2, epochs, metrics.r2(b, scores));
      }
    }
    if (plan.releases(ReleasedValue.WEIGHTS)) {
      release(ReleasedValue.WEIGHTS, epochs, model.released(b));
    }
  }

  private static boolean isMetric(ReleasedValue value) {
    return value != ReleasedValue.LOSS && value != ReleasedValue.WEIGHTS;
  }

  /** Opens a value; gives its first number, which may be NaN for no value. */
  private double release(ReleasedValue value, int epoch, SecretTensor x) {
    double[] numbers = Undefined.decoded(x.format(), opener.open(value, x));
    if (value == ReleasedValue.ACCURACY) {
      numbers[0] /= plan.layout().evaluatedTotal();
    }
    listener.released(new TrainingListener.Released(value, epoch, numbers));
    return numbers[0];
  }
}
