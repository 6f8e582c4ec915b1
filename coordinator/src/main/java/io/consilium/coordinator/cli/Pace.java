package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.ReportDocument.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Estimates how long the training still takes from how it went since it was first seen. */
final class Pace {

  private Optional<Instant> firstAt = Optional.empty();
  private long firstDone;

  /** Steps done, of all epochs. */
  static long done(Progress progress) {
    return Math.max(0, progress.epoch() - 1) * progress.steps() + progress.step();
  }

  /** Steps in all. */
  static long total(Progress progress) {
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
