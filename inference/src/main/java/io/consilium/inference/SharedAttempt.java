package io.consilium.inference;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/**
 * One attempt for all who want the same at the same time. Whoever comes while it is under way gets
 * its outcome; its failure also is the outcome for those who come within a moment. So a thousand
 * clients of a party that is lost make one connection at a time, and each waits for one attempt.
 *
 * <p>Threads: any number.
 */
final class SharedAttempt<T> {
  /** What is attempted. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws PredictionException, InterruptedException;
  }

  private record Turn<T>(CompletableFuture<T> attempt, boolean mine) {}

  private final long memoryNanos;
  private final LongSupplier nanos;
  private Optional<CompletableFuture<T>> underWay = Optional.empty();
  private Optional<PredictionException> failure = Optional.empty();
  private long failedAt;

  /**
   * No attempt yet.
   *
   * @param memory how long a failure counts for those who come later
   * @param nanos a clock that nobody sets
   */
  SharedAttempt(Duration memory, LongSupplier nanos) {
    this.memoryNanos = memory.toNanos();
    this.nanos = nanos;
  }

  /** The outcome of the attempt under way, of one that has just failed, or of this one. */
  T get(Work<T> work) throws PredictionException, InterruptedException {
    while (true) {
      Turn<T> turn = turn();
      if (turn.mine()) {
        return lead(turn.attempt(), work);
      }
      try {
        return turn.attempt().get();
      } catch (CancellationException interrupted) {
        // Whoever made it was interrupted; the next one makes another.
      } catch (ExecutionException e) {
        throw AllParties.failure(e);
      }
    }
  }

  private synchronized Turn<T> turn() throws PredictionException {
    if (underWay.isPresent()) {
      return new Turn<>(underWay.get(), false);
    }
    if (failure.isPresent() && nanos.getAsLong() - failedAt < memoryNanos) {
      throw failure.get();
    }
    failure = Optional.empty();
    CompletableFuture<T> attempt = new CompletableFuture<>();
    underWay = Optional.of(attempt);
    return new Turn<>(attempt, true);
  }

  private T lead(CompletableFuture<T> attempt, Work<T> work)
      throws PredictionException, InterruptedException {
    try {
      T result = work.run();
      end(Optional.empty());
      attempt.complete(result);
      return result;
    } catch (PredictionException e) {
      boolean stopped = e.kind() == PredictionException.Kind.STOPPED;
      end(stopped ? Optional.empty() : Optional.of(e));
      if (stopped) {
        attempt.cancel(false);
      } else {
        attempt.completeExceptionally(e);
      }
      throw e;
    } catch (InterruptedException | RuntimeException e) {
      end(Optional.empty());
      attempt.cancel(false);
      throw e;
    }
  }

  private synchronized void end(Optional<PredictionException> failed) {
    underWay = Optional.empty();
    failure = failed;
    failedAt = nanos.getAsLong();
  }
}
