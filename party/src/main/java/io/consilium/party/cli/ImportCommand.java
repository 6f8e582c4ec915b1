package io.consilium.party.cli;

import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.FixedPointCheck;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.OnnxPlan;
import io.consilium.inference.onnx.OutputRule;
import io.consilium.inference.onnx.SampleFolder;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.operators.Operators;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.plan.ReferenceRights;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium import MODEL.onnx}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "With --check: says whether a trained network can run on secret shares, in which formats, and"
          + " what an answer costs. It refuses what an import refuses. Nothing is shared or sent.",
      "With --name and --config: shares its weights among the compute parties, who answer questions"
          + " with it from then on. The node of this party has to be running.",
      "Samples choose the scales: values may become twice as large as theirs at least. They stay on"
          + " this machine."
    })
final class ImportCommand implements Callable<Integer> {
  /** An import judges by so many samples; --check by all. */
  private static final int RUNS_MAX = 8;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL.onnx",
      description = "the network, ONNX with version 6 to 24 of the operators")
  private Path model;

  @Option(names = "--check", description = "check and plan it, and end")
  private boolean check;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description =
          "inputs to calibrate with: .npy or .pb files, one each; or folders test_data_set_0, .."
              + " with input_0.npy or .pb, input_1.npy, ..")
  private Path samples;

  @Option(
      names = "--range",
      paramLabel = "SIZE",
      defaultValue = "1",
      description =
          "without samples: no input is larger in absolute value (default: ${DEFAULT-VALUE})")
  private double range;

  @Option(
      names = "--weights",
      paramLabel = "WHO",
      defaultValue = "shared",
      description =
          "shared: nobody sees them; public: the compute parties do, which makes answers cheaper"
              + " (default: ${DEFAULT-VALUE})")
  private String weights;

  @Option(
      names = "--output",
      paramLabel = "KIND",
      defaultValue = "logits",
      description =
          "what an answer tells: logits, probabilities, class, topK (default: ${DEFAULT-VALUE})")
  private String output;

  @Option(
      names = "--outputs",
      paramLabel = "NAME",
      split = ",",
      description =
          "the outputs that are answered, of the model's own or values inside of it (default: all"
              + " of its own); what only others need is left out")
  private List<String> outputs = List.of();

  @Option(names = "--k", paramLabel = "N", description = "how many classes topK names")
  private Integer count;

  @Option(names = "--operators", description = "list the operators that are supported, and end")
  private boolean operators;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @ArgGroup(exclusive = false)
  private ImportOffer offer;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (operators) {
      out.println(String.join(System.lineSeparator(), Operators.names()));
      out.flush();
      return ExitCode.OK.code();
    }
    require(model != null, "Which model? Give a file, or --operators.");
    require(
        check == (offer == null),
        "Give --check to see what it costs, or --name and --config to import it.");
    require(range > 0 && Double.isFinite(range), "--range is a number above 0.");
    require(weights.equals("shared") || weights.equals("public"), "--weights: shared or public.");
    try {
      OnnxFile.Model file = chosen(OnnxFile.readModel(model, ModelLimits.DEFAULT));
      if (check) {
        ImportReport report = report(file);
        out.println(json ? report.toJson() : report.toText());
        out.flush();
        requireExact(report.check());
        return ExitCode.OK.code();
      }
      requireExact(
          FixedPointCheck.of(calibrated(file, OutputRule.LOGITS), RUNS_MAX, ReferenceRights::of));
      return offer.run(file, calibrated(file, rule()), json, out);
    } catch (ModelRefused e) {
      throw new UserException(ExitCode.BAD_DATA, model + ": " + e.getMessage() + ".", e);
    }
  }

  private static void requireExact(FixedPointCheck check) {
    check
        .problem()
        .ifPresent(problem -> {
          throw new ModelRefused(problem);
        });
  }

  private OutputRule rule() {
    OutputRule.Kind kind =
        OutputRule.Kind.of(output)
            .orElseThrow(() -> mistake("--output is one of " + OutputRule.Kind.words() + "."));
    require(
        (kind == OutputRule.Kind.TOP_K) == (count != null), "--k goes with --output topK, always.");
    try {
      return new OutputRule(kind, count == null ? 1 : count);
    } catch (IllegalArgumentException e) {
      throw mistake("--k: " + e.getMessage() + ".");
    }
  }

  private OnnxFile.Model chosen(OnnxFile.Model file) {
    return outputs.isEmpty() ? file : OnnxImport.withOutputs(file, outputs);
  }

  private ImportReport report(OnnxFile.Model file) throws UserException {
    CalibratedModel answering = calibrated(file, rule());
    ImportDraft _ = ImportDraft.of(SharedNetwork.describe(file, answering));
    OnnxPlan plan = OnnxPlan.of(answering.program(), answering.ranges());
    // How exact it is shows in the outputs themselves, whatever is told of them.
    FixedPointCheck exactness =
        FixedPointCheck.of(calibrated(file, OutputRule.LOGITS), ReferenceRights::of);
    return new ImportReport(
        answering, plan, exactness, OnnxImport.publicNumbers(file, ModelLimits.DEFAULT));
  }

  private CalibratedModel calibrated(OnnxFile.Model file, OutputRule rule) {
    boolean open = weights.equals("public");
    if (samples == null) {
      return CalibratedModel.of(file, new Interval(-range, range), open, rule);
    }
    List<SampleFolder.DataSet> sets = SampleFolder.read(samples);
    return CalibratedModel.of(file, sets, sets.size(), open, rule);
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw mistake(otherwise);
    }
  }

  private ParameterException mistake(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
