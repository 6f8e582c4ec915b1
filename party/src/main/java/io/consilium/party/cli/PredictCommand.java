package io.consilium.party.cli;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import io.consilium.datasets.table.Records;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.NetworkQuestion;
import io.consilium.inference.Prediction;
import io.consilium.inference.PredictionException;
import io.consilium.inference.Question;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.serving.ClientSide;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium predict}. */
@Command(
    name = "predict",
    description = {
      "Asks a model that three hospitals hold as shares.",
      "The records are shared here; no hospital sees them, and none sees the answer."
    })
final class PredictCommand implements Callable<Integer> {

  @Option(
      names = "--profile",
      required = true,
      paramLabel = "FILE",
      description = "client.yaml: identity, consortium")
  private Path profile;

  @Option(names = "--model", required = true, description = "The model's name.")
  private String model;

  @Option(names = "--version", description = "Its version (default: the latest).")
  private Integer version;

  @ArgGroup(multiplicity = "1")
  private RecordsFile from;

  @Option(
      names = "--missing",
      split = ",",
      description = "Texts in the CSV file that mean that a value is missing.")
  private List<String> missing = List.of();

  @Option(names = "--json", description = "One JSON object a record.")
  private boolean json;

  // The standard mix-in would bring a --version of its own.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  @SuppressWarnings("UnusedVariable") // The parser acts on it.
  private boolean help;

  @Spec private CommandSpec spec;

  /** Where the records are. */
  private static final class RecordsFile {
    @Option(
        names = "--csv",
        paramLabel = "FILE",
        description =
            "Records whose header names the columns of the study's schema. An image is the name of"
                + " a file, relative to the folder of the CSV file and in it. For an imported"
                + " network: the numbers of a tensor in each line.")
    private Path csv;

    @Option(
        names = "--record",
        paramLabel = "FILE",
        description = "One record as a JSON object with the columns as keys.")
    private Path record;

    @Option(
        names = "--image",
        paramLabel = "FILE",
        description =
            "One image: greyscale, PNG or DICOM, for a study that wants nothing else; PNG, grey or"
                + " in colours, for an imported network.")
    private Path image;

    @Option(
        names = "--tensor",
        paramLabel = "FILE",
        split = ",",
        description =
            "For an imported network: .npy or .pb files, one for each input, for one record after"
                + " the other.")
    private List<Path> tensors;
  }

  @Override
  public Integer call() throws Exception {
    ProfileConfig config = ProfileConfig.load(profile);
    Identity identity = Identity.load(config.identity());
    if (identity.principal().role() != Role.CLIENT) {
      throw new UserException(
          ExitCode.NOT_ALLOWED,
          "The certificate in "
              + config.identity()
              + " is of "
              + identity.principal()
              + "; only a client may ask models.");
    }
    Consortium consortium = Consortium.load(config.consortium());
    try (ClientSide side = new ClientSide(identity, consortium, new SecureRandom())) {
      OptionalInt wanted = version == null ? OptionalInt.empty() : OptionalInt.of(version);
      ModelCard card = side.find(model, wanted);
      Question question = question(card);
      print(side.ask(card, question));
      return ExitCode.OK.code();
    } catch (PredictionException e) {
      throw new UserException(exit(e.kind()), whole(e.getMessage()), e);
    }
  }

  private Question question(ModelCard card) throws UserException, IOException, PredictionException {
    if (card.isImported()) {
      return NetworkQuestion.of(card, tensors(new NetworkRecords(NetworkCard.of(card))));
    }
    require(from.tensors == null, card.title() + " was trained on records; give them with --csv.");
    try {
      StudySchema schema = StudySchema.parse(card.schema());
      return question(new FeatureEncoder(schema).encode(records(schema)));
    } catch (DatasetException e) {
      throw new UserException(ExitCode.BAD_DATA, whole(e.getMessage()), e);
    }
  }

  private List<List<Tensor>> tensors(NetworkRecords records) throws UserException, IOException {
    require(
        from.record == null,
        "An imported network takes tensors, no records; give --tensor, --image or --csv.");
    if (from.tensors != null) {
      return records.tensors(from.tensors);
    }
    return from.image != null ? records.image(from.image) : records.csv(from.csv);
  }

  private static void require(boolean right, String otherwise) throws UserException {
    if (!right) {
      throw new UserException(ExitCode.BAD_DATA, otherwise);
    }
  }

  private DataTable records(StudySchema schema) throws DatasetException {
    if (from.csv != null) {
      return Dataset.csv(schema, from.csv, Set.copyOf(missing), DataLimits.defaults())
          .read(schema, Purpose.PREDICTION);
    }
    return from.image != null
        ? Records.image(schema, from.image)
        : Records.read(schema, from.record);
  }

  private static Question question(EncodedTable table) {
    int columns = table.layout().size();
    double[][] features = new double[table.rows()][columns];
    boolean[][] present = new boolean[table.rows()][columns];
    for (int i = 0; i < table.rows(); i++) {
      for (int j = 0; j < columns; j++) {
        features[i][j] = table.features()[i * columns + j];
        present[i][j] = table.presence()[i * columns + j] != 0;
      }
    }
    return new Question(features, present);
  }

  private void print(Prediction prediction) {
    PrintWriter out = spec.commandLine().getOut();
    if (prediction.card().isImported()) {
      NetworkAnswers answers = new NetworkAnswers(prediction);
      if (json) {
        answers.printJson(out);
      } else {
        answers.printText(out);
      }
      out.flush();
      return;
    }
    RecordAnswers answers = new RecordAnswers(prediction);
    if (json) {
      answers.printJson(out);
    } else {
      answers.printText(out);
    }
    out.flush();
  }

  private static ExitCode exit(PredictionException.Kind kind) {
    return switch (kind) {
      case BAD_QUESTION, UNKNOWN_MODEL -> ExitCode.BAD_DATA;
      case NOT_ALLOWED -> ExitCode.NOT_ALLOWED;
      case UNAVAILABLE, TIMEOUT -> ExitCode.UNAVAILABLE;
      case BUSY, STOPPED -> ExitCode.NOT_READY;
      case DISAGREEMENT -> ExitCode.INTERNAL;
    };
  }

  /** It may begin with a name or a path, which stay as they are. */
  private static String whole(String sentence) {
    return sentence.endsWith(".") ? sentence : sentence + ".";
  }
}
