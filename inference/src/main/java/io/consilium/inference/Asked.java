package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.protocols.rep3.ClientOutput;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A question that is under way at all three parties. */
final class Asked {
  private final Question question;
  private final List<CompletableFuture<long[]>> answers;
  private final CompletableFuture<Void> outcome = new CompletableFuture<>();
  private final Runnable withdraw;
  private final Runnable leave;

  /**
   * A question.
   *
   * @param answers of the three parties
   * @param withdraw tells the parties that nobody waits any longer
   * @param leave is run once, when the question is over
   */
  Asked(
      Question question,
      List<CompletableFuture<long[]>> answers,
      Runnable withdraw,
      Runnable leave) {
    this.question = question;
    this.answers = List.copyOf(answers);
    this.withdraw = withdraw;
    this.leave = leave;
    for (CompletableFuture<long[]> answer : answers) {
      var _ =
          answer.whenComplete((_, failure) -> {
            if (failure != null) {
              outcome.completeExceptionally(failure);
            }
          });
    }
    var _ =
        CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0]))
            .thenRun(() -> outcome.complete(null));
  }

  Question question() {
    return question;
  }

  /** The codes of the answer; the first failure of a party ends the question at the others. */
  long[] await(Duration timeout) throws PredictionException, InterruptedException {
    boolean answered = false;
    try {
      var _ = outcome.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      answered = true;
      return ClientOutput.sum(answers.stream().map(CompletableFuture::join).toList());
    } catch (ExecutionException e) {
      throw AllParties.failure(e);
    } catch (TimeoutException e) {
      throw new PredictionException(
          Kind.TIMEOUT, "the hospitals did not answer within " + timeout.toMillis() + " ms", e);
    } finally {
      if (answered) {
        leave.run();
      } else {
        giveUp();
      }
    }
  }

  /** Does not wait for the answer. */
  void giveUp() {
    withdraw.run();
    leave.run();
  }

  @Override
  public String toString() {
    return "Asked[" + question + "]";
  }
}
