package io.consilium.datasets.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.PlainLogistic;
import io.consilium.datasets.TestData;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.split.Split;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class StudyCatalogTest {
  @ParameterizedTest
  @MethodSource("io.consilium.datasets.study.StudyCatalog#names")
  void everyStudyIsWhole(String name) throws Exception {
    Study study = StudyCatalog.load(name);

    assertThat(study.hospitals()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(study.computeParties()).hasSize(3).doesNotHaveDuplicates();
    assertThat(study.hospitals().stream().map(StudyHospital::name))
        .containsAll(study.computeParties());
    assertThat(study.seeds()).isNotEmpty();
    assertThat(study.manifest().fieldNames())
        .toIterable()
        .containsExactlyElementsOf(
            Stream.of(
                    "parties",
                    "computeParties",
                    "dataset",
                    "schema",
                    "split",
                    "preprocessing",
                    "model",
                    "training")
                .filter(key -> !key.equals("split") || study.schema().split().isEmpty())
                .toList());
    assertThat(StudySchema.parse(study.manifest().get("schema"))).isEqualTo(study.schema());
  }

  @Test
  void suggestsTheNameThatWasMeant() {
    assertThatThrownBy(() -> StudyCatalog.load("heart-diseases"))
        .hasMessage("study: 'heart-diseases' is not known; did you mean 'heart-disease'?");
  }

  @Test
  void readsTheFourHeartHospitals() throws Exception {
    Path data = TestData.directory("heart-disease");
    Map<String, EncodedTable> sites = encode(StudyCatalog.load("heart-disease"), data);

    Map<String, Integer> rows = new LinkedHashMap<>();
    Map<String, Double> positives = new LinkedHashMap<>();
    sites.forEach((name, table) -> {
      rows.put(name, table.rows());
      positives.put(name, Arrays.stream(table.labels().orElseThrow()).sum());
    });

    assertThat(rows)
        .isEqualTo(Map.of("cleveland", 303, "hungarian", 261, "switzerland", 46, "va", 130));
    assertThat(positives)
        .isEqualTo(Map.of("cleveland", 139.0, "hungarian", 98.0, "switzerland", 45.0, "va", 101.0));
    EncodedTable cleveland = sites.get("cleveland");
    assertThat(cleveland.layout().names())
        .containsExactly(
            "age",
            "sex=1",
            "cp=2",
            "cp=3",
            "cp=4",
            "trestbps",
            "chol",
            "fbs=1",
            "restecg=1",
            "restecg=2",
            "thalach",
            "exang=1",
            "oldpeak");
    // The first record of the file: 63, 1, 1, 145, 233, 1, 2, 150, 0, 2.3.
    assertThat(Arrays.copyOf(cleveland.features(), 13))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(
            45 / 82.0, 1, 0, 0, 0, 0.58, 233 / 700.0, 1, 0, 1, 100 / 170.0, 0, 7.3 / 15);
  }

  @Test
  void theHeartHospitalsTogetherKnowMoreThanEachAlone() throws Exception {
    Path data = TestData.directory("heart-disease");
    Study study = StudyCatalog.load("heart-disease");

    Map<String, Double> mean = accuracies(study, encode(study, data));

    assertThat(mean.get("pooled")).isGreaterThan(0.785);
    for (StudyHospital hospital : study.hospitals()) {
      assertThat(mean.get(hospital.name())).isLessThan(mean.get("pooled") - 0.005);
    }
    assertThat(mean.get("pooled auc")).isGreaterThan(0.86);
  }

  @Test
  void readsTheNucleiOfThreeHospitals() throws Exception {
    Path data = TestData.directory("wdbc");
    Study study = StudyCatalog.load("wdbc");

    Map<String, EncodedTable> sites = encode(study, data);

    assertThat(sites.values().stream().map(EncodedTable::rows)).containsExactly(190, 190, 189);
    assertThat(
            sites.values().stream()
                .mapToDouble(table -> Arrays.stream(table.labels().orElseThrow()).sum())
                .sum())
        .isEqualTo(212);
    assertThat(sites.get("hospital-a").layout().size()).isEqualTo(30);
    Map<String, Double> mean = accuracies(study, sites);
    assertThat(mean.get("pooled")).isGreaterThan(0.97);
    assertThat(mean.get("pooled auc")).isGreaterThan(0.99);
  }

  /** By the counts that the MNIST data are published with. */
  @Test
  void dividesTheDigitsUnequallyAndLosesNone() throws Exception {
    Path data = TestData.directory("mnist");
    Study study = StudyCatalog.load("mnist");
    int[] train = new int[10];
    int[] validation = new int[10];
    Map<String, int[]> ofHospitals = new LinkedHashMap<>();

    for (StudyHospital hospital : study.hospitals()) {
      DataTable table =
          study
              .open(hospital.name(), data, DataLimits.defaults())
              .read(study.schema(), Purpose.TRAINING);
      int[] own = new int[10];
      int[] digits = table.levels(study.schema().label());
      int[] parts = table.levels(study.schema().split().orElseThrow());
      for (int row = 0; row < digits.length; row++) {
        own[digits[row]]++;
        (parts[row] == 0 ? train : validation)[digits[row]]++;
      }
      ofHospitals.put(hospital.name(), own);
    }

    assertThat(train).containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    assertThat(validation).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    assertThat(ofHospitals.get("hospital-a")[0]).isBetween(4500, 4700);
    assertThat(ofHospitals.get("hospital-b")[0]).isBetween(1050, 1250);
    assertThat(ofHospitals.get("hospital-c")[9]).isBetween(4500, 4750);
  }

  @Test
  void dividesTheXraysOfChildrenAndLosesNone() throws Exception {
    Path data = TestData.directory("pneumoniamnist");
    Study study = StudyCatalog.load("pneumonia");
    int[][] counts = new int[2][2];
    List<Double> sickParts = new ArrayList<>();

    for (StudyHospital hospital : study.hospitals()) {
      DataTable table =
          study
              .open(hospital.name(), data, DataLimits.defaults())
              .read(study.schema(), Purpose.TRAINING);
      int[] labels = table.levels(study.schema().label());
      int[] parts = table.levels(study.schema().split().orElseThrow());
      for (int row = 0; row < labels.length; row++) {
        counts[parts[row]][labels[row]]++;
      }
      sickParts.add(Arrays.stream(labels).average().orElseThrow());
    }

    assertThat(counts[0]).as("training").containsExactly(1214 + 135, 3494 + 389);
    assertThat(counts[1]).as("validation").containsExactly(234, 390);
    assertThat(sickParts.get(0)).isGreaterThan(sickParts.get(1) + 0.1);
    assertThat(sickParts.get(1)).isGreaterThan(sickParts.get(2) + 0.1);
  }

  @Test
  void givesEachStayOfTheDiabetesStudyToOneHospital() throws Exception {
    Path data = TestData.directory("diabetes-130-hospitals");
    Study study = StudyCatalog.load("readmission");
    int rows = 0;
    double returned = 0;

    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (StudyHospital hospital : study.hospitals()) {
      DataTable table =
          study
              .open(hospital.name(), data, DataLimits.defaults())
              .read(study.schema(), Purpose.TRAINING);
      sizes.put(hospital.name(), table.rows());
      rows += table.rows();
      returned += Arrays.stream(table.levels(study.schema().label())).sum();
    }

    assertThat(rows).as("stays").isEqualTo(101_766);
    assertThat(returned).as("back within 30 days").isEqualTo(11_357);
    assertThat(sizes).hasSize(8);
    assertThat(sizes.get("hospital-a")).isGreaterThan(4 * sizes.get("hospital-h"));
  }

  @Test
  void writesADatasetsFileThatASiteCanUse(@TempDir Path directory) throws Exception {
    Path data = TestData.directory("wdbc");
    Study study = StudyCatalog.load("wdbc");
    Path file = directory.resolve("datasets.yaml");

    Files.writeString(file, study.datasetsYaml("hospital-c", data));

    DataTable table =
        SiteDatasets.load(file).dataset(study.dataset()).read(study.schema(), Purpose.TRAINING);
    assertThat(table.rows()).isEqualTo(189);
  }

  @Test
  void readsTheSyntheticHospitals(@TempDir Path directory) throws Exception {
    Study study = StudyCatalog.load("synthetic-heart");
    study.generator().orElseThrow().write(directory);

    Map<String, EncodedTable> sites = encode(study, directory);

    assertThat(sites.values().stream().mapToInt(EncodedTable::rows).sum()).isEqualTo(900);
    Map<String, Double> mean = accuracies(study, sites);
    assertThat(mean.get("pooled auc")).isBetween(0.84, 0.93);
  }

  private static Map<String, EncodedTable> encode(Study study, Path data) throws DatasetException {
    FeatureEncoder encoder = new FeatureEncoder(study.schema());
    Map<String, EncodedTable> sites = new LinkedHashMap<>();
    for (StudyHospital hospital : study.hospitals()) {
      DataTable table =
          study
              .open(hospital.name(), data, DataLimits.defaults())
              .read(study.schema(), Purpose.TRAINING);
      sites.put(hospital.name(), encoder.encode(table));
    }
    return sites;
  }

  /** Mean accuracy over the study's seeds of each hospital's own model and of the pooled one. */
  private static Map<String, Double> accuracies(Study study, Map<String, EncodedTable> sites) {
    BigDecimal fraction = study.settings().at("/split/train").decimalValue();
    Map<String, Double> mean = new HashMap<>();
    for (long seed : study.seeds()) {
      PlainLogistic.Records train = PlainLogistic.Records.none();
      PlainLogistic.Records test = PlainLogistic.Records.none();
      List<String> names = new ArrayList<>(sites.keySet());
      Map<String, PlainLogistic> models = new HashMap<>();
      for (String name : names) {
        EncodedTable table = sites.get(name);
        int[] classes =
            Arrays.stream(table.labels().orElseThrow()).mapToInt(label -> (int) label).toArray();
        Split split = Split.stratified(classes, fraction, seed, name);
        train.add(table, split.train());
        test.add(table, split.test());
        models.put(
            name, PlainLogistic.fit(PlainLogistic.Records.none().add(table, split.train()), seed));
      }
      models.put("pooled", PlainLogistic.fit(train, seed));
      models.forEach((name, model) ->
          mean.merge(name, model.accuracy(test) / study.seeds().size(), Double::sum));
      mean.merge("pooled auc", models.get("pooled").auc(test) / study.seeds().size(), Double::sum);
    }
    return mean;
  }
}
