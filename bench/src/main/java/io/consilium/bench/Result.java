package io.consilium.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a benchmark costs, per run of its computation.
 *
 * @param wallSeconds of the slowest party
 * @param cpuSeconds of all parties together
 * @param bytesPerParty that the party which sends most sends, payload
 * @param bytesTotal that all parties send, payload
 * @param rounds the longest chain of dependent messages, as counted
 * @param peakMemoryBytes of the largest process
 * @param plaintextSeconds of the same computation in the clear
 */
record Result(
    String name,
    int parties,
    int repetitions,
    Summary wallSeconds,
    Summary cpuSeconds,
    long bytesPerParty,
    long bytesTotal,
    long rounds,
    long declaredBytes,
    long declaredRounds,
    long peakMemoryBytes,
    OptionalDouble gmacPerSecond,
    OptionalDouble stepsPerSecond,
    Summary plaintextSeconds)
    implements Outcome {

  /** Puts together what the processes measured. */
  static Result of(Benchmark.Compared benchmark, List<Measured> processes, Measured plaintext) {
    Repetitions all = new Repetitions(processes);
    Summary wall = all.summary(i -> all.largest(i, Measured.Repetition::wallSeconds));
    return new Result(
        benchmark.name(),
        processes.size(),
        all.count(),
        wall,
        all.summary(i -> all.sum(i, Measured.Repetition::cpuSeconds)),
        all.median(i -> all.largest(i, Measured.Repetition::bytesSent)),
        all.median(i -> all.sum(i, Measured.Repetition::bytesSent)),
        all.median(i -> all.largest(i, Measured.Repetition::rounds)),
        all.median(i -> all.largest(i, Measured.Repetition::declaredBytes)),
        all.median(i -> all.largest(i, Measured.Repetition::declaredRounds)),
        processes.stream().mapToLong(Measured::peakMemoryBytes).max().orElseThrow(),
        switch (benchmark) {
          case Benchmark.Kernel kernel -> OptionalDouble.of(kernel.macs() / wall.median() / 1e9);
          case Benchmark.Secure _ -> OptionalDouble.empty();
        },
        benchmark instanceof Benchmark.Secure secure && secure.isStep()
            ? OptionalDouble.of(1 / wall.median())
            : OptionalDouble.empty(),
        new Repetitions(List.of(plaintext)).wallSeconds());
  }

  /** The repetitions of all processes, each number divided by the runs in it. */
  private record Repetitions(List<Measured> processes) {
    int count() {
      return processes.getFirst().repetitions().size();
    }

    Summary wallSeconds() {
      return summary(i -> largest(i, Measured.Repetition::wallSeconds));
    }

    Summary summary(ToDoubleFunction<Integer> ofRepetition) {
      return Summary.of(
          IntStream.range(0, count()).mapToDouble(ofRepetition::applyAsDouble).toArray());
    }

    /** Rounds that end in the next run make the quotient a little smaller than a whole number. */
    long median(ToDoubleFunction<Integer> ofRepetition) {
      return (long) Math.ceil(summary(ofRepetition).median());
    }

    double largest(int repetition, ToDoubleFunction<Measured.Repetition> number) {
      return each(repetition, number).max().orElseThrow();
    }

    double sum(int repetition, ToDoubleFunction<Measured.Repetition> number) {
      return each(repetition, number).sum();
    }

    private java.util.stream.DoubleStream each(
        int repetition, ToDoubleFunction<Measured.Repetition> number) {
      return processes.stream()
          .map(process -> process.repetitions().get(repetition))
          .mapToDouble(r -> number.applyAsDouble(r) / r.runs());
    }
  }

  /** How many times as long as in the clear. */
  double slowdown() {
    return wallSeconds.median() / plaintextSeconds.median();
  }

  /** One object: medians under the plain names. */
  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("parties", parties);
    json.put("repetitions", repetitions);
    put(json, "wallSeconds", wallSeconds);
    put(json, "cpuSeconds", cpuSeconds);
    json.put("bytesPerParty", bytesPerParty);
    json.put("bytesTotal", bytesTotal);
    json.put("rounds", rounds);
    json.put("declaredBytes", declaredBytes);
    json.put("declaredRounds", declaredRounds);
    json.put("peakMemoryBytes", peakMemoryBytes);
    gmacPerSecond.ifPresent(rate -> json.put("gmacPerSecond", rate));
    stepsPerSecond.ifPresent(rate -> json.put("stepsPerSecond", rate));
    put(json, "plaintextSeconds", plaintextSeconds);
    json.put("slowdown", slowdown());
    return json;
  }

  private static void put(ObjectNode json, String key, Summary summary) {
    json.put(key, summary.median());
    json.put(key + "Min", summary.min());
    json.put(key + "Max", summary.max());
  }
}
