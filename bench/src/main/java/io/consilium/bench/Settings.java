package io.consilium.bench;

import java.nio.file.Path;

/**
 * How a benchmark is run.
 *
 * @param size in place of what the benchmarks' names say; 0 if there is none
 * @param threads that compute in each party
 */
record Settings(double warmUpSeconds, int repetitions, int threads, int size, Wire wire) {
  private static final double REPETITION_SECONDS = 1;
  private static final double PLAIN_SECONDS_MAX = 1;
  private static final double PLAIN_REPETITION_SECONDS = 0.2;

  Assignment secure(String benchmark, Path files) {
    return new Assignment(
        benchmark, size, warmUpSeconds, REPETITION_SECONDS, repetitions, files.toString());
  }

  Assignment plaintext(String benchmark, Path files) {
    return new Assignment(
        benchmark,
        size,
        Math.min(warmUpSeconds, PLAIN_SECONDS_MAX),
        PLAIN_REPETITION_SECONDS,
        repetitions,
        files.toString());
  }
}
