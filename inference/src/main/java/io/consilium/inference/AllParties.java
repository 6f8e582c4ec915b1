package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.protocols.transport.PeerAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does something at all three parties at the same time; the first failure ends the others. */
final class AllParties {
  private AllParties() {}

  @FunctionalInterface
  interface AtParty<T> {
    T run(PeerAddress party) throws PredictionException;
  }

  private record Outcome<T>(String party, T result) {}

  /** The results by the names of the parties. */
  static <T> Map<String, T> run(List<PeerAddress> parties, AtParty<T> task)
      throws PredictionException, InterruptedException {
    Map<String, T> results = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ExecutorCompletionService<Outcome<T>> done = new ExecutorCompletionService<>(threads);
      for (PeerAddress party : parties) {
        done.submit(() -> new Outcome<>(party.name(), task.run(party)));
      }
      try {
        for (int i = 0; i < parties.size(); i++) {
          Outcome<T> outcome = done.take().get();
          results.put(outcome.party(), outcome.result());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw failure(e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
    return results;
  }

  /** What stopped a task, as this program's own exception. */
  static PredictionException failure(ExecutionException e) {
    return e.getCause() instanceof PredictionException failure
        ? failure
        : new PredictionException(
            Kind.DISAGREEMENT, "asking failed: " + e.getCause().getMessage(), e.getCause());
  }
}
