package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.training.network.NetworkState;
import java.util.List;

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
    return new Preparation(b, plan, stores, evaluates()).prepare(data);
  }

  /** Whether anything is computed on the evaluated rows. */
  private boolean evaluates() {
    return plan.disclosures().stream().anyMatch(d -> d.value() != ReleasedValue.WEIGHTS);
  }

  NetworkState initial() {
    return trainingStep.initial(b);
  }

  SharedModel train(Preparation.Prepared prepared, Cost start) {
    NetworkState state = initial();
    int epochs = plan.spec().training().epochs();
    long step = 0;
    long rows = 0;
    report(0, step, rows, start);
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] indices : plan.batches().batches(epoch)) {
        if (listener.cancelled()) {
          throw new TrainingCancelledException(step);
        }
        state = step(state, prepared, indices, epoch);
        step++;
        rows += indices.length;
        report(epoch + 1, step, rows, start);
      }
      if (plan.releases(ReleasedValue.LOSS)) {
        releaseLoss(prepared, state, epoch + 1);
      }
    }
    return model(prepared, state);
  }

  NetworkState step(NetworkState state, Preparation.Prepared prepared, int[] indices, int epoch) {
    List<SecretTensor> next =
        b.scoped(() -> {
          TrainingStep.Batch batch = TrainingStep.Batch.of(prepared.training().select(b, indices));
          return trainingStep.apply(b, state, batch, epoch).tensors();
        });
    return NetworkState.of(next, state.parameters().size(), state.steps() + 1);
  }

  private void report(int epoch, long step, long rows, Cost start) {
    int epochs = plan.spec().training().epochs();
    listener.progressed(
        new TrainingListener.Progress(
            epoch, epochs, step, plan.steps(), rows, b.declared().since(start)));
  }

  SharedModel model(Preparation.Prepared prepared, NetworkState state) {
    return trainingStep.model(b, plan.modelLayout(), state, prepared.means(), prepared.scales());
  }

  private Evaluation evaluation(Preparation.Prepared prepared, SharedModel model) {
    return Evaluation.of(b, model, prepared.evaluated(), plan.layout().blockRows());
  }

  private SecureMetrics metrics(Evaluation evaluation) {
    return new SecureMetrics(plan.spec().model(), evaluation.labels());
  }

  void releaseLoss(Preparation.Prepared prepared, NetworkState state, int epoch) {
    Evaluation evaluation = evaluation(prepared, model(prepared, state));
    release(ReleasedValue.LOSS, epoch, metrics(evaluation).loss(b, evaluation.scores()));
  }

  /** Everything that is released of the finished model. */
  void releaseRest(Preparation.Prepared prepared, SharedModel model) {
    int epochs = plan.spec().training().epochs();
    if (plan.disclosures().stream().anyMatch(d -> isMetric(d.value()))) {
      Evaluation evaluation = evaluation(prepared, model);
      SecureMetrics metrics = metrics(evaluation);
      SecretTensor scores = evaluation.scores();
      if (plan.releases(ReleasedValue.ACCURACY) || plan.releases(ReleasedValue.CONFUSION)) {
        SecretTensor confusion = metrics.confusion(b, scores);
        if (plan.releases(ReleasedValue.ACCURACY)) {
          release(ReleasedValue.ACCURACY, epochs, metrics.rightRows(b, confusion));
        }
        if (plan.releases(ReleasedValue.CONFUSION)) {
          release(ReleasedValue.CONFUSION, epochs, confusion);
        }
      }
      if (plan.releases(ReleasedValue.AUC)) {
        release(ReleasedValue.AUC, epochs, metrics.auc(b, scores));
      }
      if (plan.releases(ReleasedValue.R2)) {
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

  private void release(ReleasedValue value, int epoch, SecretTensor x) {
    FixedPoint format = x.format();
    double[] numbers = format.decode(opener.open(value, x));
    if (value == ReleasedValue.ACCURACY) {
      numbers[0] /= plan.layout().evaluatedTotal();
    }
    listener.released(new TrainingListener.Released(value, epoch, numbers));
  }
}
