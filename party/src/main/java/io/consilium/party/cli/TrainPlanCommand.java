package io.consilium.party.cli;

import io.consilium.coordinator.cli.Table;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.contract.Json;
import io.consilium.datasets.DatasetException;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.plan.Forecast;
import io.consilium.protocols.Cost;
import io.consilium.training.DeclaredRange;
import io.consilium.training.PlannedLayer;
import io.consilium.training.TrainingPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code consilium train STUDY.yaml --plan}. Here and not with the researcher's other verbs, since
 * only a program that knows the protocol can say what it costs.
 */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "With --plan: says what a study would cost, and submits nothing.",
    footer = {
      "Bytes are exact, and rounds are not exceeded. The times are of the network alone, assuming",
      "rounds x RTT + bytes of a party / bandwidth; computing is not in them."
    })
final class TrainPlanCommand implements Callable<Integer> {

  private static final int RECORDS_MAX = 1 << 21;

  @Parameters(index = "0", paramLabel = "STUDY.yaml", description = "the manifest, YAML or JSON")
  private Path study;

  @Option(names = "--plan", required = true, description = "print the plan and end")
  private boolean plan;

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description = "not needed; accepted because the submission needs it")
  @SuppressWarnings("UnusedVariable") // Nothing of it is read.
  private Path profile;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = "records of all data holders together: plans the whole run")
  private Integer records;

  @Option(
      names = "--rtt",
      paramLabel = "MILLIS",
      defaultValue = "1",
      description = "time there and back between two parties (default: ${DEFAULT-VALUE})")
  private double rttMillis;

  @Option(
      names = "--mbit",
      paramLabel = "MBIT/S",
      defaultValue = "1000",
      description = "bandwidth of each party (default: ${DEFAULT-VALUE})")
  private double mbit;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    require(plan, "Without --plan, this is not the program that submits.");
    require(rttMillis >= 0 && Double.isFinite(rttMillis), "--rtt is a time in milliseconds.");
    require(mbit > 0 && Double.isFinite(mbit), "--mbit is a bandwidth above 0.");
    require(
        records == null || (records >= 2 && records <= RECORDS_MAX),
        "--records is a number from 2 to " + RECORDS_MAX + ".");
    OptionalInt known = records == null ? OptionalInt.empty() : OptionalInt.of(records);
    Forecast forecast = forecast(known);
    PrintWriter out = spec.commandLine().getOut();
    print(out, forecast);
    out.flush();
    return ExitCode.OK.code();
  }

  private Forecast forecast(OptionalInt known) throws ConfigException, UserException {
    try {
      return Forecast.of(Json.bytes(StrictYaml.tree(study)), known);
    } catch (DatasetException e) {
      throw new UserException(ExitCode.BAD_DATA, study + ": " + e.getMessage(), e);
    }
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private void print(PrintWriter out, Forecast forecast) {
    TrainingPlan program = forecast.plan();
    out.println(
        "study "
            + forecast.manifest().name()
            + ": "
            + program.spec().model().type()
            + " model of "
            + program.layout().features()
            + " features");
    out.println();
    out.println(layers(program));
    out.println(count(program.parameters()) + " parameters");
    out.println();
    out.println(ranges(program));
    out.println();
    int batch = program.batches().batchSize();
    out.println("a step of " + batch + " records: " + cost(program.stepCost()));
    if (forecast.knowsRecords()) {
      out.println(
          "the whole run of "
              + program.steps()
              + " steps, with preparation and disclosures: "
              + cost(program.totalCost()));
    } else {
      out.println("--records N plans the whole run.");
    }
    out.println(
        String.format(
            Locale.ROOT,
            "Bytes are those of the three parties together; times are rounds x %s ms + a third of the bytes at %s Mbit/s, without computing.",
            number(rttMillis),
            number(mbit)));
    out.println("Nothing was submitted.");
  }

  private static Table layers(TrainingPlan program) {
    Table table = new Table("LAYER", "OUTPUT", "PARAMETERS");
    for (PlannedLayer layer : program.layers()) {
      table.row(layer.type(), layer.output(), count(layer.parameters()));
    }
    return table;
  }

  private static Table ranges(TrainingPlan program) {
    Table table = new Table("VALUES", "FRACTION BITS", "AT MOST");
    for (DeclaredRange range : program.ranges()) {
      table.row(range.values(), range.fractionBitsMax(), number(range.magnitudeMax()));
    }
    return table;
  }

  private String cost(Cost cost) {
    return String.format(
        Locale.ROOT,
        "%s rounds, %s bytes, %.3f s",
        count(cost.rounds()),
        count(cost.bytes()),
        Forecast.seconds(cost, rttMillis, mbit));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String number(double number) {
    return number == Math.rint(number) ? count((long) number) : Double.toString(number);
  }
}
