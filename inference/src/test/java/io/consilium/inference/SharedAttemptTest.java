package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.inference.PredictionException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SharedAttemptTest {
  private static final Duration MEMORY = Duration.ofMillis(250);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger attempts = new AtomicInteger();
  private final SharedAttempt<String> shared = new SharedAttempt<>(MEMORY, now::get);

  @Test
  void aFailureAnswersForAMomentAndThenCountsNoMore() throws Exception {
    assertThatThrownBy(() -> shared.get(this::fail)).hasMessage("lost");
    now.addAndGet(MEMORY.toNanos() - 1);
    assertThatThrownBy(() -> shared.get(this::fail)).hasMessage("lost");
    assertThat(attempts.get()).isEqualTo(1);

    now.addAndGet(1);

    assertThat(shared.get(() -> "there")).isEqualTo("there");
  }

  @Test
  void aSuccessIsNotKept() throws Exception {
    assertThat(shared.get(() -> "one")).isEqualTo("one");
    assertThat(shared.get(() -> "two")).isEqualTo("two");
  }

  @Test
  void whoComesMeanwhileGetsTheSameOutcome() throws Exception {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> first =
          threads.submit(() ->
              shared.get(() -> {
                attempts.incrementAndGet();
                begun.complete(null);
                return outcome.join();
              }));
      begun.get();
      Thread second = Thread.ofVirtual().unstarted(() -> attemptQuietly());
      second.start();
      while (second.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }

      outcome.complete("there");

      second.join();
      assertThat(first.get()).isEqualTo("there");
      assertThat(attempts.get()).isEqualTo(1);
    }
  }

  @Test
  void whoIsInterruptedTakesNobodyAlong() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> interrupted =
          threads.submit(() ->
              shared.get(() -> {
                begun.complete(null);
                Thread.sleep(Duration.ofMinutes(1));
                return "never";
              }));
      begun.get();
      Future<String> other = threads.submit(() -> shared.get(() -> "there"));

      interrupted.cancel(true);

      assertThat(other.get()).isEqualTo("there");
    }
  }

  private String fail() throws PredictionException {
    attempts.incrementAndGet();
    throw new PredictionException(Kind.UNAVAILABLE, "lost");
  }

  private void attemptQuietly() {
    try {
      String _ = shared.get(this::fail);
    } catch (PredictionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
