package io.consilium.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.cli.CommandException;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small computations, but real processes, certificates and channels. */
@Timeout(300)
final class ThreeProcessesTest {
  private static final int SIZE = 70;
  private static final Benchmarks SMALL = Benchmarks.of(OptionalInt.of(SIZE));

  private static Settings settings(Wire wire) {
    return new Settings(0, 2, 1, SIZE, wire);
  }

  private static Benchmark benchmark(String name) {
    return SMALL.find(name).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"compare-1e6", "relu-1e6", "product-1e6", "matmul-1000", "logistic-10"})
  void countsWhatIsDeclared(String name) throws Exception {
    try (Runner runner = Runner.create(settings(Wire.LOOPBACK))) {
      Result result = (Result) runner.run(benchmark(name));

      assertThat(result.parties()).isEqualTo(3);
      assertThat(result.repetitions()).isEqualTo(2);
      assertThat(result.bytesTotal()).isPositive().isEqualTo(result.declaredBytes());
      assertThat(result.bytesPerParty()).isBetween(result.bytesTotal() / 3, result.bytesTotal());
      assertThat(result.rounds()).isPositive().isLessThanOrEqualTo(result.declaredRounds());
      assertThat(result.wallSeconds().min()).isPositive();
      assertThat(result.plaintextSeconds().min()).isPositive();
      assertThat(result.peakMemoryBytes()).isPositive();
    }
  }

  @Test
  void theBytesOfAProductAreThoseOfTheFormulaOnALongWireToo() throws Exception {
    try (Runner runner = Runner.create(settings(new Wire(2, 100)))) {
      Result result = (Result) runner.run(benchmark("product-1e6"));

      // Araki et al.: three elements of 8 bytes; a truncation by 16: four of 2 bytes.
      assertThat(result.bytesTotal()).isEqualTo((24 + 8) * SIZE);
    }
  }

  /** A network of images and one of volumes, whose scores are compared with floating point. */
  @ParameterizedTest
  @CsvSource({"squeezenet, 48", "unet3d, 16"})
  void predictsWhatTheNetworkPredictsInTheClear(String name, int side) throws Exception {
    try (Runner runner = Runner.create(new Settings(0, 1, 1, side, Wire.LOOPBACK))) {
      Benchmark network = Benchmarks.of(OptionalInt.of(side)).find(name).orElseThrow();

      Result result = (Result) runner.run(network);

      assertThat(result.bytesTotal()).isPositive().isEqualTo(result.declaredBytes());
      assertThat(result.rounds()).isPositive().isLessThanOrEqualTo(result.declaredRounds());
    }
  }

  @Test
  void aKernelRunsAlone() throws Exception {
    try (Runner runner = Runner.create(settings(Wire.LOOPBACK))) {
      Result result = (Result) runner.run(benchmark("gemm-512"));

      assertThat(result.parties()).isEqualTo(1);
      assertThat(result.bytesTotal()).isZero();
      assertThat(result.gmacPerSecond()).isPresent();
    }
  }

  @Test
  @Timeout(90)
  void saysWhoDiedAndLeavesNoProcess() throws Exception {
    Settings endless = new Settings(3600, 1, 1, SIZE, Wire.LOOPBACK);
    try (Runner runner = Runner.create(endless)) {
      FutureTask<ProcessHandle> killed = new FutureTask<>(ThreeProcessesTest::killOne);
      Thread _ = Thread.ofPlatform().daemon().start(killed);

      assertThatThrownBy(() -> runner.run(benchmark("product-1e6")))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("Compute party")
          .hasMessageContaining("signal 9");

      assertThat(killed.get(1, TimeUnit.MINUTES).isAlive()).isFalse();
      assertThat(ProcessHandle.current().children().filter(ThreeProcessesTest::isParty)).isEmpty();
    }
  }

  /** Everything that this process starts is a JVM; long command lines are cut by the system. */
  private static boolean isParty(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("java");
  }

  /** Kills one of the parties once all three are there. */
  private static ProcessHandle killOne() throws InterruptedException {
    while (true) {
      var parties = ProcessHandle.current().children().filter(ThreeProcessesTest::isParty).toList();
      if (parties.size() == 3) {
        ProcessHandle victim = parties.get(1);
        boolean _ = victim.destroyForcibly();
        return victim;
      }
      Thread.sleep(20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"serving-logistic", "serving-import", "serving-overload"})
  void losesNoQuestionAndMixesNoneUp(String name) throws Exception {
    try (Runner runner = Runner.create(settings(Wire.LOOPBACK))) {
      ServingResult result = (ServingResult) runner.run(benchmark(name));

      assertThat(result.inTurn().asked()).isEqualTo(SIZE);
      assertThat(result.inTurn().answered() + result.inTurn().refused()).isEqualTo(SIZE);
      assertThat(result.inTurn().wrong()).isZero();
      assertThat(result.overload().isPresent()).isEqualTo(name.equals("serving-overload"));
      result
          .overload()
          .ifPresent(both -> {
            assertThat(both.more().wrong() + both.more().lost()).isZero();
            assertThat(both.more().answered()).isPositive();
          });
    }
  }
}
