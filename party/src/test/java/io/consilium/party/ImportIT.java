package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.identity.Identity;
import io.consilium.inference.ModelCard;
import io.consilium.inference.NetworkAnswer;
import io.consilium.inference.NetworkQuestion;
import io.consilium.inference.PredictionException;
import io.consilium.inference.onnx.ImportOptions;
import io.consilium.inference.onnx.ModelLimits;
import io.consilium.inference.onnx.OnnxFile;
import io.consilium.inference.onnx.OnnxImport;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.party.cli.Shell;
import io.consilium.party.serving.ClientSide;
import io.consilium.protocols.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hospital brings a network that was trained elsewhere, and a clinic asks it. */
final class ImportIT {
  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir static Path directory;

  private static TestConsortium consortium;
  private static Path model;
  private static double[] picture;

  @BeforeAll
  static void startEverybody() throws Exception {
    consortium = TestConsortium.of(directory, ALL.toArray(String[]::new));
    consortium.policy("hospital-a", "auto", Map.of("weights", "parties"));
    consortium.policy("hospital-b", "auto", Map.of("weights", "parties"));
    consortium.policy("hospital-c", "auto", Map.of("weights", "parties"));
    Path strict = consortium.home("hospital-c").resolve("policy.yaml");
    Files.writeString(
        strict,
        Files.readString(strict)
            .replace("owners: [\"*\"]", "owners: [hospital-a]")
            .replace("topK]", "topK, probabilities]"));
    model = Files.write(directory.resolve("network.onnx"), Networks.pictures().toByteArray());
    picture = RANDOM.doubles(Networks.PIXELS, -1, 1).toArray();
    Networks.samples(directory.resolve("samples"), picture);
    consortium.startCoordinator();
    consortium.start(ALL.toArray(String[]::new));
  }

  @AfterAll
  static void stopEverybody() {
    consortium.close();
  }

  private static Shell.Result offer(String owner, String name, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "import",
                model,
                "--name",
                name,
                "--config",
                consortium.config(owner),
                "--samples",
                directory.resolve("samples")));
    arguments.addAll(List.of(more));
    return Shell.run(arguments.toArray());
  }

  private static Shell.Result predict(String name, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "predict",
                "--profile",
                consortium.profileOf(TestConsortium.CLIENT),
                "--model",
                name));
    arguments.addAll(List.of(more));
    return Shell.run(arguments.toArray());
  }

  private static double[] inFloatingPoint(double[] x) {
    return OnnxImport.translate(
            OnnxFile.readModel(model, ModelLimits.DEFAULT),
            ImportOptions.secretWeights(),
            ModelLimits.DEFAULT)
        .evaluate(List.of(x), (_, _) -> {})
        .getFirst();
  }

  private static int largest(double[] x) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      best = x[i] > x[best] ? i : best;
    }
    return best;
  }

  private static String audit(String party) throws Exception {
    return Files.readString(consortium.home(party).resolve("state").resolve("audit.jsonl"));
  }

  @Test
  void aNetworkWithSecretWeightsIsKeptAndAnswers() throws Exception {
    Shell.Result imported = offer("hospital-a", "triage", "--serve-to", TestConsortium.CLIENT);

    assertThat(imported.err()).doesNotContain("consilium:");
    assertThat(imported.exit()).isZero();
    assertThat(imported.out()).contains("model triage version 1 is kept as shares at hospital-a");
    ProfileConfig profile = ProfileConfig.load(consortium.profileOf(TestConsortium.CLIENT));
    try (ClientSide client =
        new ClientSide(Identity.load(profile.identity()), consortium.consortium(), RANDOM)) {
      ModelCard card = client.find("triage", OptionalInt.empty());
      Tensor tensor = new Tensor(ElementType.FLOAT, Networks.SHAPE, picture);
      Tensor wrong = new Tensor(ElementType.FLOAT, Shape.vector(Networks.PIXELS), picture);

      List<NetworkAnswer> answers =
          NetworkAnswer.of(
              client.ask(
                  card, NetworkQuestion.of(card, List.of(List.of(tensor), List.of(tensor)))));

      assertThat(answers).hasSize(2);
      assertThat(answers.getLast().outputs().getFirst().elements())
          .containsExactly(inFloatingPoint(picture), within(2e-3));
      assertThatThrownBy(() -> NetworkQuestion.of(card, List.of(List.of(wrong))))
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining("the model takes");
    }
    Path npy = Networks.npy(directory.resolve("picture.npy"), Networks.SHAPE, picture);
    Shell.Result answered = predict("triage", "--tensor", npy, "--json");
    assertThat(answered.exit()).isZero();
    JsonNode elements = new ObjectMapper().readTree(answered.out()).at("/y/elements");
    double[] shown = new double[elements.size()];
    Arrays.setAll(shown, i -> elements.get(i).asDouble());
    assertThat(shown).containsExactly(inFloatingPoint(picture), within(2e-3));
    for (String party : ALL) {
      assertThat(audit(party))
          .contains("\"job.accepted\"", "\"owner\":\"hospital-a\"", "\"weights\":\"shared\"")
          .contains("\"clients\":\"" + TestConsortium.CLIENT + "\"")
          .contains("\"model\":\"model 'triage' version 1\"");
    }
    // The owner's copy of the weights is gone, and the store is not readable as numbers.
    Path prepared = consortium.home("hospital-a").resolve("state/store/import");
    try (Stream<Path> left = Files.list(prepared)) {
      assertThat(left).isEmpty();
    }
    assertThat(modelsSeenBy("hospital-c"))
        .anySatisfy(view -> {
          assertThat(view.name()).isEqualTo("triage");
          assertThat(view.researcher()).isEqualTo("party:hospital-a");
        })
        .extracting(ModelView::name)
        .contains("triage");
    assertThat(consortium.api().models()).extracting(ModelView::name).doesNotContain("triage");
  }

  /** A party sees the models of the jobs that it takes part in. */
  private static List<ModelView> modelsSeenBy(String party) throws Exception {
    Identity identity = Identity.load(consortium.home(party).resolve("identity"));
    try (ApiClient api = ApiClient.ofParty(identity, consortium.consortium())) {
      return api.models();
    }
  }

  @Test
  void whoAsksForTheClassLearnsTheClassAlone() throws Exception {
    Path names =
        Files.writeString(
            directory.resolve("classes"), "left, lower\nleft, upper\nright \"hilum\"\n");
    Shell.Result imported = offer("hospital-a", "verdict", "--output", "class", "--classes", names);
    assertThat(imported.exit()).as(imported.err()).isZero();
    Path csv =
        Files.writeString(
            directory.resolve("picture.csv"),
            String.join(",", Arrays.stream(picture).mapToObj(Double::toString).toList()) + "\n");

    Shell.Result answered = predict("verdict", "--csv", csv);

    List<String> cells = List.of("\"left, lower\"", "\"left, upper\"", "\"right \"\"hilum\"\"\"");
    String expected = cells.get(largest(inFloatingPoint(picture)));
    assertThat(answered.out().lines()).containsExactly("record,class", "1," + expected);
    assertThat(audit("hospital-b"))
        .contains("\"output\":\"class\"")
        .doesNotContain("logits\",\"query");
  }

  @Test
  void publicWeightsAreOpenedToThePartiesOnTheRecord() throws Exception {
    Shell.Result imported =
        offer("hospital-a", "open", "--weights", "public", "--output", "topK", "--k", "2");
    assertThat(imported.exit()).as(imported.err()).isZero();
    Path pb = Networks.pb(directory.resolve("picture.pb"), Networks.SHAPE, picture);

    Shell.Result answered = predict("open", "--tensor", pb, "--json");

    JsonNode classes = new ObjectMapper().readTree(answered.out()).at("/y/classes");
    assertThat(classes).hasSize(2);
    assertThat(classes.get(0).asInt()).isEqualTo(largest(inFloatingPoint(picture)));
    for (String party : ALL) {
      assertThat(audit(party))
          .contains("\"elements\":\"18\",\"to\":\"parties\",\"value\":\"weights\"")
          .contains("\"elements\":\"96\",\"to\":\"parties\",\"value\":\"weights\"")
          .contains("\"elements\":\"3\",\"to\":\"parties\",\"value\":\"weights\"");
    }
  }

  @Test
  void aPolicySaysWhoseModelsWithWhichAnswers() throws Exception {
    Shell.Result foreign = offer("hospital-b", "foreign");
    Shell.Result telling = offer("hospital-a", "telling", "--output", "probabilities");

    assertThat(foreign.exit()).isEqualTo(77);
    assertThat(foreign.out()).contains("The party hospital-b may not import models here");
    assertThat(telling.exit()).isEqualTo(77);
    assertThat(telling.err())
        .contains("own policy forbids")
        .contains("Answers of the kind probabilities may not be given");
    assertThat(audit("hospital-c")).contains("hospital-b may not import models here");
    assertThat(modelsSeenBy("hospital-a")).extracting(ModelView::name).doesNotContain("foreign");
  }

  @Test
  void theOwnerSaysWhoMayAsk() throws Exception {
    assertThat(offer("hospital-a", "guarded", "--serve-to", "somebody").exit()).isZero();
    Path npy = Networks.npy(directory.resolve("asked.npy"), Networks.SHAPE, picture);

    Shell.Result refused = predict("guarded", "--tensor", npy);

    assertThat(refused.exit()).isEqualTo(77);
    assertThat(refused.err()).contains("the owner of model 'guarded' version 1 does not let");
  }

  @Test
  void whatDoesNotFitIsBadData() throws Exception {
    assertThat(offer("hospital-a", "shapes").exit()).isZero();
    Path flat = Networks.npy(directory.resolve("flat.npy"), Shape.vector(Networks.PIXELS), picture);
    double[] broken = picture.clone();
    broken[3] = Double.NaN;
    Path nan = Networks.npy(directory.resolve("nan.npy"), Networks.SHAPE, broken);

    Shell.Result shape = predict("shapes", "--tensor", flat);
    Shell.Result number = predict("shapes", "--tensor", nan);

    assertThat(shape.exit()).isEqualTo(65);
    assertThat(shape.err()).contains("the model takes [1, 1, 4, 4]");
    assertThat(number.exit()).isEqualTo(65);
    assertThat(number.err()).contains("element 3 is not a finite number");
  }
}
