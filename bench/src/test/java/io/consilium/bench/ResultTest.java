package io.consilium.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ResultTest {
  private static final Benchmarks ALL = Benchmarks.of(OptionalInt.empty());

  /** Of ten runs in which everything is of one process: seconds, CPU seconds, bytes. */
  private static Measured.Repetition repetition(double wall, double cpu, long bytes) {
    return new Measured.Repetition(10, wall, cpu, 168, bytes, 210, 4800);
  }

  private static Measured process(double factor, long memoryBytes) {
    return new Measured(
        List.of(
            repetition(3 * factor, 2 * factor, 1600),
            repetition(1 * factor, 1 * factor, 1600),
            repetition(2 * factor, 3 * factor, 1600)),
        memoryBytes);
  }

  private static Result result(String name) {
    return Result.of(
        (Benchmark.Compared) ALL.find(name).orElseThrow(),
        List.of(process(1, 100), process(2, 300), process(1, 200)),
        process(0.1, 50));
  }

  @Test
  void theSlowestPartyCountsAndTheCpuTimeOfAll() {
    Result result = result("product-1e6");

    assertThat(result.wallSeconds()).isEqualTo(new Summary(0.4, 0.2, 0.6));
    assertThat(result.cpuSeconds().median()).isEqualTo(0.8);
    assertThat(result.plaintextSeconds().median()).isEqualTo(0.02);
    assertThat(result.bytesPerParty()).isEqualTo(160);
    assertThat(result.bytesTotal()).isEqualTo(480);
    assertThat(result.rounds()).isEqualTo(17);
    assertThat(result.peakMemoryBytes()).isEqualTo(300);
  }

  @Test
  void theJsonHasTheMediansUnderPlainNames() {
    ObjectNode json = result("product-1e6").toJson();

    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "name",
            "parties",
            "repetitions",
            "wallSeconds",
            "wallSecondsMin",
            "wallSecondsMax",
            "cpuSeconds",
            "cpuSecondsMin",
            "cpuSecondsMax",
            "bytesPerParty",
            "bytesTotal",
            "rounds",
            "declaredBytes",
            "declaredRounds",
            "peakMemoryBytes",
            "plaintextSeconds",
            "plaintextSecondsMin",
            "plaintextSecondsMax",
            "slowdown");
    assertThat(json.get("name").asText()).isEqualTo("product-1e6");
    assertThat(json.get("wallSeconds").asDouble()).isEqualTo(0.4);
    assertThat(json.get("wallSecondsMin").asDouble()).isEqualTo(0.2);
    assertThat(json.get("wallSecondsMax").asDouble()).isEqualTo(0.6);
    assertThat(json.get("peakMemoryBytes").asLong()).isEqualTo(300);
    assertThat(json.toString()).doesNotContain("\n");
  }

  @Test
  void aStepHasARateAndAKernelItsMultiplications() {
    assertThat(result("logistic-10").toJson().get("stepsPerSecond").asDouble()).isEqualTo(2.5);
    assertThat(result("product-1e6").toJson().has("stepsPerSecond")).isFalse();
    assertThat(result("gemm-512").toJson().get("gmacPerSecond").asDouble())
        .isEqualTo(512.0 * 512 * 512 / 0.4 / 1e9);
  }

  @Test
  void anEvenNumberOfRepetitionsHasTheMeanOfTheTwoInTheMiddle() {
    assertThat(Summary.of(new double[] {4, 1, 2, 9})).isEqualTo(new Summary(3, 1, 9));
  }

  @Test
  void readsThePeakFromTheStatusOfLinux() {
    assertThat(PeakMemory.resident("Name:\tjava\nVmPeak:\t  99 kB\nVmHWM:\t  2048 kB\nX:\t1\n"))
        .isEqualTo(2 << 20);
  }

  @Test
  void theTableHasALinePerBenchmark() {
    String table = Report.of(List.of(result("product-1e6"), result("logistic-10")));

    assertThat(table.lines())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("product-1e6", "400.0 ms", "160 B", "20 x"))
        .anySatisfy(line -> assertThat(line).contains("logistic-10", "2.5 steps/s"));
    assertThat(Report.seconds(0.00025)).isEqualTo("250 us");
    assertThat(Report.bytes(2_345_678)).isEqualTo("2.35 MB");
  }
}
