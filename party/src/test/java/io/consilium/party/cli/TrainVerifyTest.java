package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.party.Studies;
import io.consilium.party.cli.Shell.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainVerifyTest {
  private static final List<String> THREE = List.of("hospital-a", "hospital-b", "hospital-c");

  @TempDir private Path directory;

  /** Each holder with its own file. */
  private List<String> holders(ObjectNode manifest) throws Exception {
    List<String> options = new ArrayList<>();
    for (String holder : THREE) {
      Path home = Files.createDirectories(directory.resolve(holder));
      Files.writeString(home.resolve("records.csv"), Studies.csv(160, holder.hashCode()));
      Path datasets = home.resolve("datasets.yaml");
      Files.writeString(
          datasets,
          "datasets:\n  "
              + manifest.get("dataset").asText()
              + ": "
              + source(manifest, "records.csv")
              + "\n");
      options.addAll(List.of("--data", holder + "=" + datasets));
    }
    return options;
  }

  /** One file, with a data set for each holder. */
  private List<String> allInOne(ObjectNode manifest) throws Exception {
    StringBuilder text = new StringBuilder("datasets:\n");
    for (String holder : THREE) {
      Files.writeString(directory.resolve(holder + ".csv"), Studies.csv(160, holder.hashCode()));
      text.append("  " + holder + ": " + source(manifest, holder + ".csv") + "\n");
    }
    Path datasets = Files.writeString(directory.resolve("datasets.yaml"), text);
    return List.of("--data", datasets.toString());
  }

  /** Without the labels of other studies. */
  private static String source(ObjectNode manifest, String file) {
    List<String> columns =
        StreamSupport.stream(manifest.at("/schema/columns").spliterator(), false)
            .map(column -> column.get("name").asText())
            .toList();
    return "{source: {type: csv, path: "
        + file
        + "}, query: \"SELECT "
        + String.join(", ", columns)
        + " FROM source\"}";
  }

  private Result verify(ObjectNode manifest, List<String> data, Object... more) throws Exception {
    Path study = Files.writeString(directory.resolve("study.yaml"), manifest.toString());
    List<Object> arguments = new ArrayList<>(List.of("train", study, "--verify"));
    arguments.addAll(data);
    arguments.addAll(List.of(more));
    return Shell.run(arguments.toArray());
  }

  private static ObjectNode network() {
    return Studies.network("perceptron", THREE, THREE);
  }

  @Test
  void showsBothModelsAndThatTheyAgree() throws Exception {
    ObjectNode manifest = Studies.logistic("heart", THREE, THREE);

    Result result = verify(manifest, holders(manifest));

    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .contains("study heart: logistic model of 4 features, rehearsed in the clear")
        .contains("hospital-b: 120 records for training, 40 for validation")
        .containsPattern("loss of epoch 2 +0\\.\\d{4} +0\\.\\d{4}")
        .containsPattern("accuracy +0\\.\\d{4} +0\\.\\d{4}")
        .containsPattern("AUC +0\\.\\d{4} +0\\.\\d{4}")
        .containsPattern("largest difference of a prediction: 0\\.00\\d+ \\(tolerance 0.05\\)")
        .contains("ranges: every value stayed in its range", "The two models agree.")
        .contains("Nothing was submitted");
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 13, 20, 24})
  void aNetworkAgreesInEveryScale(int fractionBits) throws Exception {
    ObjectNode manifest = network();
    ((ObjectNode) manifest.get("precision")).put("fractionBits", fractionBits);

    Result result = verify(manifest, allInOne(network()), "--json");

    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.get("agrees").asBoolean()).isTrue();
    assertThat(json.get("rangesHeld").asBoolean()).isTrue();
    assertThat(json.get("fractionBits").asInt()).isEqualTo(fractionBits);
    assertThat(json.at("/fixedPoint/lossByEpoch")).hasSize(2);
    assertThat(json.at("/fixedPoint/accuracy").asDouble())
        .isBetween(0.4, 1.0)
        .isNotEqualTo(json.at("/fixedPoint/loss").asDouble());
    assertThat(json.at("/records/hospital-c/validation").asInt()).isEqualTo(40);
  }

  @Test
  void reportsWhatLeftItsRangeAndWhere() throws Exception {
    ObjectNode manifest = network();
    ((ObjectNode) manifest.get("training")).put("learningRate", 16);

    Result result = verify(manifest, allInOne(network()));

    assertThat(result.exit()).isEqualTo(65);
    assertThat(result.out())
        .containsPattern("ranges: left in \\d+ places of the program; the first:")
        .containsPattern("WHERE +WHAT +VALUE +AT MOST +SINCE +TIMES")
        .containsPattern("a sum or product wraps around, \\d+ fraction bits")
        .containsPattern("epoch 1, step \\d+")
        .containsPattern("training diverges: loss of epoch \\d is \\S+ ")
        .contains("The parties would end this training without a model.");
    assertThat(verify(manifest, allInOne(network()), "--json").exit()).isEqualTo(65);
  }

  @Test
  void disagreementIsFoundByTheTolerance() throws Exception {
    Result result = verify(network(), allInOne(network()), "--tolerance", "0");

    assertThat(result.exit()).isEqualTo(65);
    assertThat(result.out()).contains("The two models disagree");
  }

  @Test
  void takesTheFirstRecordsOnly() throws Exception {
    Result result = verify(network(), allInOne(network()), "--records", 60);

    assertThat(result.exit()).isZero();
    assertThat(result.out()).contains("hospital-a: 45 records for training, 15 for validation");
  }

  @Test
  void namesThePlaceOfAMistake() throws Exception {
    Result nobody = verify(network(), List.of());
    assertThat(nobody.exit()).isEqualTo(64);
    assertThat(nobody.err()).contains("Say with --data hospital-a=datasets.yaml where the records");
    assertThat(verify(network(), List.of("--data", "hospital-x=datasets.yaml")).err())
        .contains("the study has the data holders hospital-a, hospital-b, hospital-c");
    assertThat(verify(network(), List.of("--data", "a.yaml", "--data", "b.yaml")).err())
        .contains("--data b.yaml is said twice");
    assertThat(verify(network(), allInOne(network()), "--rtt", 3).exit()).isEqualTo(64);
    assertThat(verify(network(), allInOne(network()), "--plan").exit()).isEqualTo(64);

    List<String> all = allInOne(network());
    Files.writeString(
        directory.resolve("hospital-b.csv"), Studies.csv(20, 1).replaceFirst("plain", "strange"));
    Result broken = verify(network(), all);
    assertThat(broken.exit()).isEqualTo(65);
    assertThat(broken.err()).contains("hospital-b: ").contains("kind");
  }
}
