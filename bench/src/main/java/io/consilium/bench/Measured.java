package io.consilium.bench;

import java.util.List;

/**
 * What one process measured.
 *
 * @param peakMemoryBytes of the process, since the first run was checked
 */
record Measured(List<Repetition> repetitions, long peakMemoryBytes) {
  Measured {
    repetitions = List.copyOf(repetitions);
  }

  /**
   * One measured repetition, start-up and waiting for the others to begin excluded.
   *
   * @param runs of the computation
   * @param rounds the longest chain of messages, counted by the channel
   * @param bytesSent payload, counted by the channel
   * @param declaredBytes what the cost table says of all three parties
   */
  record Repetition(
      long runs,
      double wallSeconds,
      double cpuSeconds,
      long rounds,
      long bytesSent,
      long declaredRounds,
      long declaredBytes) {}
}
