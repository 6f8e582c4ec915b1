package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.ReportDocument.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Estimates how long the training still takes from how it went since it was first seen. */
final class Pace {

  private Optional<Instant> firstAt = Optional.empty();
  private long firstDone;

  /** Steps done: of all epochs, and of the trainings of a cross-validation before this one. */
  static long done(Progress progress) {
    long before = progress.fold() == 0 ? progress.folds() : progress.fold() - 1L;
    return before * ofTraining(progress)
        + Math.max(0, progress.epoch() - 1) * progress.steps()
        + progress.step();
  }

  /** Steps in all. Those of a fold count like those of the model, of which there are a few more. */
  static long total(Progress progress) {
    return (progress.folds() + 1L) * ofTraining(progress);
  }

  private static long ofTraining(Progress progress) {
    return progress.epochs() * progress.steps();
  }

  /** The remaining time, once two different points are known. */
  Optional<Duration> remaining(Progress progress, Instant now) {
    long done = done(progress);
    if (firstAt.isEmpty()) {
      firstAt = Optional.of(now);
      firstDone = done;
    }
    long made = done - firstDone;
    if (made <= 0) {
      return Optional.empty();
    }
    double secondsPerStep = Duration.between(firstAt.get(), now).toMillis() / 1000.0 / made;
    long left = Math.max(0, total(progress) - done);
    return Optional.of(Duration.ofSeconds(Math.round(secondsPerStep * left)));
  }
}
