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
import java.util.function.IntFunction;
import java.util.stream.IntStream;
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

  /** A number and a class, with a range and labels of the caller's choice. */
  private Result verifyNumbers(String max, IntFunction<String> row) throws Exception {
    StringBuilder datasets = new StringBuilder("datasets:\n");
    for (String holder : THREE) {
      StringBuilder csv = new StringBuilder("crp,y\n");
      IntStream.range(0, 60).forEach(i -> csv.append(row.apply(i)).append('\n'));
      Files.writeString(directory.resolve(holder + ".csv"), csv);
      datasets.append("  " + holder + ": {source: {type: csv, path: " + holder + ".csv}}\n");
    }
    Path data = Files.writeString(directory.resolve("datasets.yaml"), datasets);
    Path study =
        Files.writeString(
            directory.resolve("study.yaml"),
            """
            kind: train
            name: wide
            purpose: test
            parties: [hospital-a, hospital-b, hospital-c]
            computeParties: [hospital-a, hospital-b, hospital-c]
            dataset: d
            schema:
              columns:
                - {name: crp, type: number, min: 0, max: %s}
                - {name: y, type: category, categories: ["0", "1"], role: label}
            split: {train: 0.8, seed: 7, stratified: true}
            preprocessing: {standardise: true}
            model: {type: logistic}
            training: {epochs: 10, batchSize: 16, learningRate: 0.5, schedule: constant,
              momentum: 0.9, l2: 0.0, classWeights: none, seed: 42}
            suite: rep3
            precision: {fractionBits: 16}
            disclosures:
              - {value: rowCounts, to: parties}
              - {value: loss, to: researcher}
              - {value: auc, to: researcher}
            serving: {allowed: false}
            """
                .formatted(max));
    return Shell.run("train", study, "--verify", "--data", data);
  }

  /** From 1 to 3; ill above 2. */
  private static String crp(int i) {
    double value = 1 + (i * 37 % 60) / 30.0;
    return value + "," + (value > 2 ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10000", "100000000"})
  void aRangeFarTooWideIsWarnedOfAndTrainsAllTheSame(String max) throws Exception {
    Result result = verifyNumbers(max, TrainVerifyTest::crp);

    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .containsPattern("AUC +(0\\.9[5-9]|1\\.0)\\d* +(0\\.9[5-9]|1\\.0)\\d*")
        .contains("warning: hospital-a: column 'crp': nine of ten values lie between ")
        .contains("of the declared range 0 to " + max)
        .contains("The two models agree.");
  }

  @Test
  void aRangeThatNoArithmeticCanTellIsRefusedByTheNameOfItsColumn() throws Exception {
    Result result = verifyNumbers("100000000000", TrainVerifyTest::crp);

    assertThat(result.exit()).isEqualTo(65);
    assertThat(result.out())
        .contains("feature 'crp' is not standardised right: its deviation is ")
        .contains("declare narrower ranges in the schema.");
  }

  @Test
  void oneClassHasNoAreaUnderTheCurve() throws Exception {
    Result result = verifyNumbers("10", i -> crp(i).replaceFirst(",.*", ",0"));

    assertThat(result.exit()).isZero();
    assertThat(result.out()).containsPattern("AUC +undefined +undefined");
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
