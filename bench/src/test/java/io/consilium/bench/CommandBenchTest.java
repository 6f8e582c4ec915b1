package io.consilium.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.cli.CommandLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandBenchTest {

  private record Outcome(int exit, String out, String err) {}

  /** The command writes where the program writes. */
  private static Outcome run(String... arguments) {
    PrintStream programOut = System.out;
    PrintStream programErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int exit = CommandLines.execute(new BenchCommand(), arguments);
      return new Outcome(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(programOut);
      System.setErr(programErr);
    }
  }

  @Test
  void anUnknownNameListsTheNames() {
    Outcome outcome = run("product-1e6", "prodct");

    assertThat(outcome.exit()).isEqualTo(64);
    assertThat(outcome.err()).contains("'prodct'", "gemm-512, compare-1e6").contains("--help");
    assertThat(outcome.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--repetitions=0, --repetitions is from 1",
    "--warmup=-1, --warmup is from 0",
    "--threads=0, --threads is from 1",
    "--rtt=1001, --rtt is from 0",
    "--mbit=0, --mbit is from 1",
    "--json=x, --json",
    "--repetitions=x, --repetitions",
    "--jmh=[, no regular expression",
    "--jmh=NoSuchKernel, RingMatrixKernel.multiplyAdd"
  })
  void aMistakeGetsASentence(String argument, String sentence) {
    Outcome outcome = run(argument);

    assertThat(outcome.exit()).isEqualTo(64);
    assertThat(outcome.err()).contains(sentence).doesNotContain("\tat ");
  }

  @Test
  void helpNamesEveryOption() {
    Outcome outcome = run("--help");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out())
        .contains("--json", "--repetitions", "--warmup", "--threads", "--rtt", "--mbit", "--jmh")
        .doesNotContain("--size");
  }

  @Test
  void aPartyGetsTheOptionsOfThisProgramAndOneCollector() {
    List<String> plain = new JavaCommand(2, List.of("-Xmx1g")).of(BenchMain.class, "x");
    List<String> chosen =
        new JavaCommand(2, List.of("-XX:+UseParallelGC")).of(BenchMain.class, "x");

    assertThat(plain)
        .contains("-XX:+UseG1GC", "-Dconsilium.computeThreads=2", "-Xmx1g")
        .endsWith(BenchMain.class.getName(), "x");
    assertThat(new JavaCommand(1, List.of("-Djdk.serialFilter=!*")).of(BenchMain.class, "x"))
        .contains("-Djdk.serialFilter=!*");
    assertThat(
            new JavaCommand(1, List.of("-Djdk.serialFilter=!*")).forJmh().of(BenchMain.class, "x"))
        .doesNotContain("-Djdk.serialFilter=!*");
    assertThat(chosen).contains("-XX:+UseParallelGC").doesNotContain("-XX:+UseG1GC");
  }

  @Test
  void printsOneJsonObjectPerBenchmark() {
    Outcome outcome =
        run("product-1e6", "gemm-512", "--json", "--size=20", "--warmup=0", "--repetitions=1");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.out().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("{\"name\":").endsWith("}"));
    assertThat(outcome.err()).contains("product-1e6").contains("gemm-512");
  }

  @Test
  void theNamesAreDistinct() {
    assertThat(Benchmarks.of(OptionalInt.empty()).names()).doesNotHaveDuplicates();
  }
}
