package io.consilium.bench.onnx;

import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code consilium bench onnx}. */
@Command(
    name = "onnx",
    mixinStandardHelpOptions = true,
    description = {
      "Runs ONNX test folders on secret shares, three parties in this process, and compares with"
          + " the outputs that come with them.",
      "A folder with a MANIFEST.tsv has operator tests with tiers: every element within 1 % and"
          + " 0.002. In any other folder every model.onnx is a network: all elements within 1 % of"
          + " the range of the output over all data sets, and the same one the largest, unless it"
          + " is a near tie. A light_NAME.onnx is an architecture without weights, which runs with"
          + " made-up ones."
    })
public final class OnnxCommand implements Callable<Integer> {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      required = true,
      description = "The folder with the tests.")
  private Path directory;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description = "Only tests whose name the expression finds (default: all).")
  private Optional<String> only;

  @Option(names = "--json", description = "Ends with one JSON object instead of the summary.")
  private boolean json;

  @Spec private CommandSpec spec;

  /** For picocli. */
  public OnnxCommand() {}

  @Override
  public Integer call() throws CommandException, InterruptedException {
    List<TestFolder> tests = tests();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Conformance conformance = new Conformance();
    LocalTrio trio = new LocalTrio();
    for (TestFolder test : tests) {
      Optional<String> problem = new Trial(test, trio).problem();
      if (problem.isPresent()) {
        conformance.failed(test, problem.get());
      } else {
        conformance.passed(test);
      }
      err.println(
          "consilium: " + test.name() + problem.map(reason -> ": " + reason).orElse(": passed"));
      err.flush();
    }
    out.println(json ? conformance.toJson().toString() : conformance.toText());
    out.flush();
    return ExitCode.DONE;
  }

  private List<TestFolder> tests() throws CommandException {
    if (!Files.isDirectory(directory)) {
      throw new CommandException(ExitCode.BAD_DATA, "There is no folder " + directory + ".");
    }
    Pattern pattern = pattern();
    try {
      List<TestFolder> tests =
          TestFolder.below(directory).stream()
              .filter(test -> pattern.matcher(test.name()).find())
              .toList();
      if (tests.isEmpty()) {
        throw new CommandException(
            ExitCode.BAD_DATA,
            directory + " holds no tests: no MANIFEST.tsv, no model.onnx and no light_NAME.onnx.");
      }
      return tests;
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.BAD_DATA, directory + " cannot be read: " + e.getMessage());
    }
  }

  private Pattern pattern() {
    try {
      return Pattern.compile(only.orElse(""));
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "'" + only.orElse("") + "' is no regular expression.", e);
    }
  }
}
