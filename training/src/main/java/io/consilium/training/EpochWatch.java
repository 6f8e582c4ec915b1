package io.consilium.training;

import io.consilium.training.network.NetworkState;
import io.consilium.training.spec.EarlyStopping;
import io.consilium.training.spec.ProgramSpec;
import java.util.Optional;

/**
 * Decides after every epoch whether training goes on, from opened values alone, so that all parties
 * decide alike. Holds the shares of the best model until the end.
 */
final class EpochWatch {
  private final Optional<EarlyStopping> stopping;
  private final Divergence divergence;
  private final int epochs;
  private Optional<Best> best = Optional.empty();
  private Optional<Ended> ended = Optional.empty();
  private double latest = Double.NaN;

  private record Best(int epoch, double value, NetworkState state) {}

  /**
   * How a training ended.
   *
   * @param epoch the last epoch
   * @param kept the epoch whose model is kept
   */
  private record Ended(int epoch, int kept, String why) {}

  EpochWatch(ProgramSpec spec) {
    this.stopping = spec.control().earlyStopping();
    this.divergence = new Divergence(spec.model());
    this.epochs = spec.training().epochs();
  }

  /**
   * Takes the loss of an epoch, if it is opened.
   *
   * @param epoch from 1
   * @throws TrainingDivergedException if it diverges and no better model is to be restored
   */
  void loss(int epoch, double loss) {
    try {
      divergence.require(epoch, loss);
    } catch (TrainingDivergedException e) {
      boolean restores = stopping.isPresent() && stopping.get().restoreBest();
      if (best.isEmpty() || !restores) {
        throw e;
      }
      ended = Optional.of(new Ended(epoch, best.get().epoch(), e.getMessage()));
    }
  }

  /** Takes the watched metric of an epoch and the model that has it. */
  void metric(int epoch, double value, NetworkState state) {
    latest = value;
    if (stopping.isEmpty() || ended.isPresent()) {
      return;
    }
    EarlyStopping rule = stopping.get();
    int since = best.map(Best::epoch).orElse(0);
    if (isBetter(rule, value)) {
      best = Optional.of(new Best(epoch, value, state));
    } else if (epoch - since >= rule.patience() && epoch < epochs) {
      int kept = rule.restoreBest() && best.isPresent() ? since : epoch;
      ended = Optional.of(new Ended(epoch, kept, why(rule, epoch - since)));
    }
  }

  /** An undefined metric is never better, and any other is better than none. */
  private boolean isBetter(EarlyStopping rule, double value) {
    return !Double.isNaN(value) && (best.isEmpty() || rule.improves(best.get().value(), value));
  }

  private String why(EarlyStopping rule, int epochsSince) {
    String metric = rule.metric().word();
    return best.isEmpty()
        ? "%s was undefined for %d epochs".formatted(metric, epochsSince)
        : "%s did not improve%s for %d epochs"
            .formatted(
                metric,
                rule.minImprovement() > 0 ? " by more than " + rule.minImprovement() : "",
                epochsSince);
  }

  boolean stops() {
    return ended.isPresent();
  }

  /** The model to keep: of the best epoch, if that is asked for, or the last. */
  NetworkState kept(NetworkState last) {
    return restored().map(Best::state).orElse(last);
  }

  private Optional<Best> restored() {
    return best.filter(_ -> stopping.orElseThrow().restoreBest());
  }

  /** What there is to say, if anybody watched. */
  Optional<TrainingListener.Ended> report() {
    if (stopping.isEmpty()) {
      return Optional.empty();
    }
    int last = ended.map(Ended::epoch).orElse(epochs);
    int kept = restored().map(Best::epoch).orElse(last);
    double value = restored().map(Best::value).orElse(latest);
    return Optional.of(
        new TrainingListener.Ended(
            last,
            epochs,
            kept,
            ReleasedValue.of(stopping.get().metric().word()).orElseThrow(),
            value,
            ended.map(Ended::why)));
  }
}
