package io.consilium.party.cli;

import io.consilium.inference.onnx.CalibratedModel;
import io.consilium.inference.onnx.FixedPointCheck;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxPlan;
import io.consilium.inference.onnx.SampleFolder;
import io.consilium.inference.onnx.operators.Operators;
import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.plan.ReferenceRights;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium import MODEL.onnx --check}. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "With --check: says whether a trained network can run on secret shares, in which formats, and"
          + " what an answer costs. Nothing is shared or sent.",
      "Samples choose the scales: values may become twice as large as theirs at least. They stay on"
          + " this machine."
    })
final class ImportCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL.onnx",
      description = "the network, ONNX with version 6 to 22 of the operators")
  private Path model;

  @Option(names = "--check", description = "check and plan it, and end")
  private boolean check;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "folders test_data_set_0, .. with input_0.pb, .. to calibrate with")
  private Path samples;

  @Option(
      names = "--range",
      paramLabel = "SIZE",
      defaultValue = "1",
      description =
          "without samples: no input is larger in absolute value (default: ${DEFAULT-VALUE})")
  private double range;

  @Option(names = "--operators", description = "list the operators that are supported, and end")
  private boolean operators;

  @Option(names = "--json", description = "one JSON object")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException {
    PrintWriter out = spec.commandLine().getOut();
    if (operators) {
      out.println(String.join(System.lineSeparator(), Operators.names()));
      out.flush();
      return ExitCode.OK.code();
    }
    require(model != null, "Which model? Give a file, or --operators.");
    require(check, "Only --check is there: a model that is checked is not yet served.");
    require(range > 0 && Double.isFinite(range), "--range is a number above 0.");
    try {
      ImportReport report = report();
      out.println(json ? report.toJson() : report.toText());
      out.flush();
      return ExitCode.OK.code();
    } catch (ModelRefused e) {
      throw new UserException(ExitCode.BAD_DATA, model + ": " + e.getMessage() + ".", e);
    }
  }

  private ImportReport report() {
    OnnxFile.Model file = OnnxFile.readModel(model, ModelLimits.DEFAULT);
    if (samples == null) {
      CalibratedModel calibrated = CalibratedModel.of(file, new Interval(-range, range));
      OnnxPlan plan = OnnxPlan.of(calibrated.program(), calibrated.ranges());
      return new ImportReport(calibrated, plan, Optional.empty());
    }
    List<SampleFolder.DataSet> sets = SampleFolder.read(samples);
    if (sets.isEmpty()) {
      throw new ModelRefused(samples + " holds no folder test_data_set_0 with samples");
    }
    CalibratedModel calibrated = CalibratedModel.of(file, sets, sets.size());
    OnnxPlan plan = OnnxPlan.of(calibrated.program(), calibrated.ranges());
    FixedPointCheck fixedPoint = FixedPointCheck.of(calibrated, ReferenceRights::of);
    return new ImportReport(calibrated, plan, Optional.of(fixedPoint));
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
