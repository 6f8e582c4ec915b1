package io.consilium.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
   * Measures those kernels whose name the expression finds.
   *
   * @param json one object per kernel on standard output in place of JMH's table
   */
  static void measure(String expression, boolean json) throws RunnerException {
    var _ = Pattern.compile(expression);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(expression)
            .forks(FORKS)
            .warmupIterations(WARM_UPS)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .verbosity(json ? VerboseMode.SILENT : VerboseMode.NORMAL);
    Collection<RunResult> results = new Runner(options.build()).run();
    if (json) {
      results.forEach(result -> System.out.println(toJson(result)));
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
