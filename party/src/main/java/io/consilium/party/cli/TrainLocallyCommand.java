package io.consilium.party.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.jobs.Envelope;
import io.consilium.coordinator.jobs.RefusedException;
import io.consilium.datasets.DatasetException;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.plan.Forecast;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.party.rehearsal.StudyRehearsal;
import io.consilium.training.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code consilium train STUDY.yaml --plan} and {@code --verify}. Here and not with the
 * researcher's other verbs, since only a program that knows the protocol can say what it costs and
 * what it computes.
 */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = {
      "With --plan: says what a study would cost.",
      "With --verify: runs it on records that may be seen, in the clear on this machine, once with",
      "the program of the parties in fixed point and once in double precision, and compares.",
      "Neither submits anything."
    },
    footer = {
      "Bytes of a plan are exact, and rounds are not exceeded. The times are of the network alone,",
      "assuming rounds x RTT + bytes of a party / bandwidth; computing is not in them.",
      "--verify exits with 65 if a range did not hold or the two models disagree."
    })
final class TrainLocallyCommand implements Callable<Integer> {

  private static final int RECORDS_MAX = 1 << 21;

  /** The rules that need no site are the same for every researcher. */
  private static final Principal SOMEBODY = new Principal(Role.RESEARCHER, "researcher");

  private static final double RTT_MILLIS = 1;
  private static final double MBIT = 1000;
  private static final double TOLERANCE = 0.05;

  @Parameters(index = "0", paramLabel = "STUDY.yaml", description = "the manifest, YAML or JSON")
  private Path study;

  @ArgGroup(multiplicity = "1")
  private Mode mode;

  /** What to do; exactly one. */
  private static final class Mode {
    @Option(names = "--plan", required = true, description = "print the plan and end")
    private boolean plan;

    @Option(names = "--verify", required = true, description = "rehearse the training and end")
    @SuppressWarnings("UnusedVariable") // It is this one if it is not the other.
    private boolean verify;
  }

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description = "whose consortium has to know the study's parties; not needed otherwise")
  private Path profile;

  @Option(
      names = "--records",
      paramLabel = "N",
      description = {
        "--plan: records of all data holders together, plans the whole run;",
        "--verify: takes the first N records of each data holder"
      })
  private Integer records;

  @Option(
      names = "--rtt",
      paramLabel = "MILLIS",
      description = "--plan: time there and back between two parties (default: 1)")
  private Double rttMillis;

  @Option(
      names = "--mbit",
      paramLabel = "MBIT/S",
      description = "--plan: bandwidth of each party (default: 1000)")
  private Double mbit;

  @Option(
      names = "--data",
      paramLabel = "[NAME=]FILE",
      description = {
        "--verify: the datasets.yaml of a data holder, hospital-a=a/datasets.yaml, once for each;",
        "or without a name one for all others, with a data set named after each data holder"
      })
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--tolerance",
      paramLabel = "D",
      description =
          "--verify: how far two predictions may be apart, in probability or in parts of the"
              + " label's range (default: 0.05)")
  private Double tolerance;

  @Option(names = "--json", description = "--verify: print one JSON value on standard output")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    require(
        records == null || (records >= 2 && records <= RECORDS_MAX),
        "--records is a number from 2 to " + RECORDS_MAX + ".");
    OptionalInt known = records == null ? OptionalInt.empty() : OptionalInt.of(records);
    byte[] document = Json.bytes(StrictYaml.tree(study));
    requireAcceptable(document);
    return (mode.plan ? plan(document, known) : verify(document, known)).code();
  }

  private ExitCode plan(byte[] document, OptionalInt known) throws UserException {
    require(
        data.isEmpty() && tolerance == null && !json,
        "--data, --tolerance and --json belong to --verify.");
    double rtt = Optional.ofNullable(rttMillis).orElse(RTT_MILLIS);
    double bandwidth = Optional.ofNullable(mbit).orElse(MBIT);
    require(rtt >= 0 && Double.isFinite(rtt), "--rtt is a time in milliseconds.");
    require(bandwidth > 0 && Double.isFinite(bandwidth), "--mbit is a bandwidth above 0.");
    try {
      PrintWriter out = spec.commandLine().getOut();
      new PlanText(rtt, bandwidth).print(out, Forecast.of(document, known));
      out.flush();
      return ExitCode.OK;
    } catch (DatasetException e) {
      throw misfit(e);
    }
  }

  private ExitCode verify(byte[] document, OptionalInt known)
      throws ConfigException, UserException {
    require(rttMillis == null && mbit == null, "--rtt and --mbit belong to --plan.");
    double most = Optional.ofNullable(tolerance).orElse(TOLERANCE);
    require(most >= 0 && Double.isFinite(most), "--tolerance is a number from 0 on.");
    try {
      StudyRehearsal rehearsal = StudyRehearsal.run(document, data, known, TrainingListener.NONE);
      RehearsalText text = new RehearsalText(rehearsal, most);
      PrintWriter out = spec.commandLine().getOut();
      out.println(json ? text.json() : text.text());
      out.flush();
      return text.agrees() ? ExitCode.OK : ExitCode.BAD_DATA;
    } catch (DatasetException e) {
      throw misfit(e);
    }
  }

  /** By the rules of a submission: what is planned or rehearsed here is not refused there. */
  private void requireAcceptable(byte[] document) throws ConfigException, UserException {
    try {
      var _ = PlanCompiler.compile(document, SOMEBODY);
      if (profile != null) {
        Envelope _ =
            Envelope.read(document, Consortium.load(ProfileConfig.load(profile).consortium()));
      }
    } catch (DatasetException e) {
      throw misfit(e);
    } catch (RefusedException e) {
      throw new UserException(ExitCode.BAD_DATA, study + ": " + e.getMessage(), e);
    }
  }

  private UserException misfit(DatasetException e) {
    return new UserException(ExitCode.BAD_DATA, study + ": " + e.getMessage(), e);
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
