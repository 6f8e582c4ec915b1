package io.consilium.bench;

import io.consilium.bench.onnx.OnnxCommand;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.cli.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium bench}. */
@Command(
    name = "consilium bench",
    version = "consilium 0.1.0",
    mixinStandardHelpOptions = true,
    subcommands = OnnxCommand.class,
    description = {
      "Measures what the secure computations cost: three compute parties, each a process, over"
          + " mutual TLS on the loopback interface. Each result is checked against a reference in"
          + " the clear, and the same computation in the clear (ND4J, single precision, one thread)"
          + " is measured beside it.",
      "Wall time is that of the slowest party, CPU time that of all three together; start-up is not"
          + " measured. Progress goes to standard error, results to standard output."
    })
final class BenchCommand implements Callable<Integer> {
  private static final double WARM_UP_SECONDS = 5;
  private static final int REPETITIONS = 7;
  private static final int REPETITIONS_WIDE = 3;
  private static final int REPETITIONS_MAX = 10_000;

  /** A handshake is several round trips and has five seconds. */
  private static final double RTT_MILLIS_MAX = 1000;

  private static final double MBIT_MIN = 1;
  private static final double MBIT_MAX = 1_000_000;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Benchmarks to run (default: all). An unknown name lists them.")
  private List<String> names = List.of();

  @Option(names = "--json", description = "One JSON object per line, medians of the repetitions.")
  private boolean json;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      description =
          "Measured repetitions, each of about a second at least (default: 7; 3 with --rtt or"
              + " --mbit).")
  private Optional<Integer> repetitions;

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      description =
          "How long a computation is repeated at least before it is measured (default: 5); up to"
              + " eight times as long, until nothing is compiled any more.")
  private Optional<Double> warmUp;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that compute in each party (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--rtt",
      paramLabel = "MS",
      description =
          "Delay of a round trip between two parties, in milliseconds, made by relays in this"
              + " program (default: none).")
  private Optional<Double> rttMillis;

  @Option(
      names = "--mbit",
      paramLabel = "N",
      description =
          "Megabits per second in each direction between two parties, made by the same relays"
              + " (default: no limit).")
  private Optional<Double> mbit;

  @Option(
      names = "--jmh",
      paramLabel = "REGEX",
      arity = "0..1",
      fallbackValue = ".*",
      description =
          "Measure kernels and primitives with JMH instead, those that the expression finds"
              + " (default: all).")
  private Optional<String> kernels;

  @Option(names = "--size", hidden = true)
  private int size;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (kernels.isPresent()) {
      return measureKernels(kernels.get());
    }
    List<Benchmark> chosen = chosen();
    Settings settings = settings();
    PrintWriter out = spec.commandLine().getOut();
    List<Outcome> results = new ArrayList<>();
    try (Runner runner = Runner.create(settings)) {
      for (Benchmark benchmark : chosen) {
        progress(benchmark.name() + " ...");
        Outcome result = runner.run(benchmark);
        results.add(result);
        if (json) {
          out.println(result.toJson());
          out.flush();
        }
      }
    } catch (UserException e) {
      throw new CommandException(e.exit().code(), e.getMessage());
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.INTERNAL, "The processes could not be started: " + e.getMessage());
    }
    if (!json) {
      out.println(Report.of(results));
      out.flush();
    }
    return ExitCode.DONE;
  }

  private int measureKernels(String expression) throws IOException, InterruptedException {
    require(names.isEmpty(), "--jmh takes an expression and no names of benchmarks.");
    Pattern pattern = pattern(expression);
    List<String> known = Kernels.names();
    require(
        known.stream().anyMatch(pattern.asPredicate()),
        "No kernel is called like '%s'. There are: %s."
            .formatted(expression, String.join(", ", known)));
    return Kernels.measure(pattern, json);
  }

  private Pattern pattern(String expression) {
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw mistake("'" + expression + "' is no regular expression.");
    }
  }

  private void progress(String text) {
    spec.commandLine().getErr().println("consilium: " + text);
    spec.commandLine().getErr().flush();
  }

  private List<Benchmark> chosen() {
    Benchmarks all = Benchmarks.of(size == 0 ? OptionalInt.empty() : OptionalInt.of(size));
    List<Benchmark> chosen = new ArrayList<>();
    for (String name : names.isEmpty() ? all.names() : names) {
      chosen.add(
          all.find(name)
              .orElseThrow(() ->
                  mistake(
                      "There is no benchmark '%s'. There are: %s."
                          .formatted(name, String.join(", ", all.names())))));
    }
    return chosen;
  }

  private Settings settings() {
    Wire wire = new Wire(rttMillis.orElse(0.0), mbit.orElse(0.0));
    int count = repetitions.orElse(wire.isLoopback() ? REPETITIONS : REPETITIONS_WIDE);
    double seconds = warmUp.orElse(WARM_UP_SECONDS);
    require(count >= 1 && count <= REPETITIONS_MAX, "--repetitions is from 1 to 10000.");
    require(seconds >= 0 && seconds <= 3600, "--warmup is from 0 to 3600 seconds.");
    require(threads >= 1 && threads <= 1024, "--threads is from 1 to 1024.");
    require(size >= 0, "--size is positive.");
    require(
        wire.rttMillis() >= 0 && wire.rttMillis() <= RTT_MILLIS_MAX, "--rtt is from 0 to 1000 ms.");
    require(
        mbit.isEmpty() || wire.mbit() >= MBIT_MIN && wire.mbit() <= MBIT_MAX,
        "--mbit is from 1 to 1000000.");
    return new Settings(seconds, count, threads, size, wire);
  }

  private void require(boolean right, String sentence) {
    if (!right) {
      throw mistake(sentence);
    }
  }

  private ParameterException mistake(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
