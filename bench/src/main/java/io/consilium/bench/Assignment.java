package io.consilium.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What a process measures.
 *
 * @param size in place of what the benchmark's name says; 0 if there is none
 * @param warmUpSeconds how long the computation is repeated before anything is measured
 * @param repetitionSeconds how long a measured repetition lasts at least; short computations are
 *     repeated within it
 * @param files the folder of what was written before the processes started
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record Assignment(
    String benchmark,
    int size,
    double warmUpSeconds,
    double repetitionSeconds,
    int repetitions,
    String files) {

  Benchmark find() {
    OptionalInt given = size == 0 ? OptionalInt.empty() : OptionalInt.of(size);
    return Benchmarks.of(given, Path.of(files)).find(benchmark).orElseThrow();
  }
}
