package io.consilium.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.ExitCode;
import io.consilium.coordinator.cli.ParentWatch;
import io.consilium.party.demo.Children;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the kernels under JMH. */
final class Kernels {
  private static final Duration GOODBYE_MAX = Duration.ofSeconds(3);
  private static final int FORKS = 2;
  private static final int WARM_UPS = 5;
  private static final int ITERATIONS = 5;

  private Kernels() {}

  static List<String> names() {
    OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
    return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
        .map(BenchmarkListEntry::getUsername)
        .map(name -> name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1))
        .sorted()
        .toList();
  }

  /**
   * Measures the kernels whose names the pattern finds, in processes of their own.
   *
   * @param json one object per kernel on standard output in place of JMH's table
   * @return how JMH's process ended
   */
  static int measure(Pattern pattern, boolean json) throws IOException, InterruptedException {
    String role = Lines.write(new Role(pattern.pattern(), json));
    try (Children children = Children.watched(GOODBYE_MAX, () -> {})) {
      ProcessBuilder builder =
          new ProcessBuilder(new JavaCommand(1).forJmh().of(Kernels.class, role)).inheritIO();
      builder
          .environment()
          .put(ParentWatch.VARIABLE, String.valueOf(ProcessHandle.current().pid()));
      return children.start(builder).waitFor();
    }
  }

  private record Role(String pattern, boolean json) {}

  /** JMH's own process. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    System.exit(run(Lines.read(arguments[0], Role.class)));
  }

  private static int run(Role role) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(role.pattern())
            .forks(FORKS)
            .warmupIterations(WARM_UPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .verbosity(role.json() ? VerboseMode.SILENT : VerboseMode.NORMAL);
    try {
      Collection<RunResult> results = new Runner(options.build()).run();
      if (role.json()) {
        results.forEach(result -> System.out.println(toJson(result)));
      }
      return ExitCode.DONE;
    } catch (RunnerException e) {
      System.err.println("consilium: JMH failed: " + e.getMessage());
      return ExitCode.INTERNAL;
    }
  }

  private static ObjectNode toJson(RunResult run) {
    Result<?> result = run.getPrimaryResult();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", run.getParams().getBenchmark());
    run.getParams().getParamsKeys().forEach(key -> json.put(key, run.getParams().getParam(key)));
    json.put("score", result.getScore());
    json.put("error", result.getScoreError());
    json.put("unit", result.getScoreUnit());
    return json;
  }
}
