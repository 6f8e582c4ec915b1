package io.consilium.bench;

import io.consilium.inference.ModelCard;
import io.consilium.inference.Prediction;
import io.consilium.inference.PredictionClient;
import io.consilium.inference.PredictionException;
import io.consilium.inference.PredictionException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks questions of many clients and checks the answers. */
final class LoadGenerator {
  private static final double NANOS = 1e9;

  /** Ten thousand naps a second would take the parties' processors. */
  private static final long AHEAD_NANOS = 1_000_000;

  private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMillis(5);

  private final List<PredictionClient> clients;
  private final ModelCard card;
  private final Canaries canaries;

  LoadGenerator(List<PredictionClient> clients, ModelCard card, Canaries canaries) {
    this.clients = clients;
    this.card = card;
    this.canaries = canaries;
  }

  /**
   * Each client asks once, one after the other, which opens its connections: hundreds of handshakes
   * at the same time would be another benchmark.
   */
  void connect() {
    ServingTally tally = new ServingTally();
    for (int client = 0; client < clients.size(); client++) {
      if (!ask(client, 0, tally)) {
        throw new WrongResult("client " + client + " could not ask its first question");
      }
    }
  }

  /**
   * Each client asks, waits for the answer and asks again.
   *
   * @param requests of all together
   * @param secondsMax after which nobody asks any more
   */
  ServingTally.Counts inTurn(int requests, double secondsMax) {
    ServingTally tally = new ServingTally();
    tally.lasted(inTurn(1, requests, secondsMax, tally));
    return tally.counts();
  }

  /**
   * The same into a tally; says how many nanoseconds it took.
   *
   * @param atATime questions that each client has under way
   */
  long inTurn(int atATime, int requests, double secondsMax, ServingTally tally) {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < clients.size() * atATime; i++) {
        int client = i % clients.size();
        var _ =
            threads.submit(() -> {
              for (int turn = 0;
                  (System.nanoTime() - start) / NANOS < secondsMax
                      && next.getAndIncrement() < requests;
                  turn++) {
                if (!ask(client, turn, tally)) {
                  Thread.sleep(PAUSE_AFTER_REFUSAL);
                }
              }
              return null;
            });
      }
    }
    return System.nanoTime() - start;
  }

  /**
   * The clients ask at an even rate, a millisecond's questions at a time, whether or not they have
   * been answered; says how many nanoseconds that took.
   */
  long atRate(double perSecond, int requests, ServingTally tally) throws InterruptedException {
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < requests; i++) {
        int client = i % clients.size();
        int turn = i / clients.size();
        long pause = start + (long) (i / perSecond * NANOS) - System.nanoTime();
        if (pause > AHEAD_NANOS) {
          TimeUnit.NANOSECONDS.sleep(pause);
        }
        var _ = threads.submit(() -> ask(client, turn, tally));
      }
    }
    return System.nanoTime() - start;
  }

  /** Asks once; says whether there was an answer. */
  private boolean ask(int client, int turn, ServingTally tally) {
    tally.asked();
    long start = System.nanoTime();
    try {
      Prediction prediction = clients.get(client).predict(card, canaries.question(client, turn));
      tally.answered(canaries.isRight(client, turn, prediction), System.nanoTime() - start);
      return true;
    } catch (PredictionException e) {
      if (e.kind() != Kind.BUSY) {
        System.err.println(e.getMessage());
      }
      tally.failed(e.kind(), System.nanoTime() - start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
