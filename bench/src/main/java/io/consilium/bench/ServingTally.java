package io.consilium.bench;

import io.consilium.inference.PredictionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of questions; used by several threads. */
final class ServingTally {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS = 1e9;

  private final List<Long> answeredNanos = new ArrayList<>();
  private final List<Long> refusedNanos = new ArrayList<>();
  private final Map<String, Integer> failures = new TreeMap<>();
  private int asked;
  private int wrong;
  private long lastedNanos;

  /**
   * Of one phase.
   *
   * @param asked questions
   * @param answered rightly
   * @param wrong answered with something else than the right answer
   * @param refused because the parties are busy
   * @param lost neither answered nor refused
   * @param failures by kind, those that are lost
   */
  record Counts(
      int asked,
      int answered,
      int wrong,
      int refused,
      int lost,
      Map<String, Integer> failures,
      double seconds,
      double p50Millis,
      double p99Millis,
      double maxMillis,
      double refusalP50Millis,
      double refusalP99Millis,
      double refusalMaxMillis) {

    /** Right answers in a second. */
    double rate() {
      return answered / seconds;
    }
  }

  synchronized void asked() {
    asked++;
  }

  synchronized void answered(boolean right, long nanos) {
    if (right) {
      answeredNanos.add(nanos);
    } else {
      wrong++;
    }
  }

  synchronized void failed(PredictionException.Kind kind, long nanos) {
    if (kind == PredictionException.Kind.BUSY) {
      refusedNanos.add(nanos);
    } else {
      failures.merge(kind.name(), 1, Integer::sum);
    }
  }

  /** A part of the phase is over. */
  synchronized void lasted(long nanos) {
    lastedNanos += nanos;
  }

  synchronized Counts counts() {
    Collections.sort(answeredNanos);
    Collections.sort(refusedNanos);
    return new Counts(
        asked,
        answeredNanos.size(),
        wrong,
        refusedNanos.size(),
        asked - answeredNanos.size() - wrong - refusedNanos.size(),
        Map.copyOf(failures),
        lastedNanos / NANOS,
        millis(answeredNanos, 0.5),
        millis(answeredNanos, 0.99),
        millis(answeredNanos, 1),
        millis(refusedNanos, 0.5),
        millis(refusedNanos, 0.99),
        millis(refusedNanos, 1));
  }

  private static double millis(List<Long> sorted, double share) {
    if (sorted.isEmpty()) {
      return 0;
    }
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / NANOS_PER_MILLI;
  }
}
