package io.consilium.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.study.StudyCatalog;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SyntheticHospitalsTest {
  @TempDir Path directory;

  @Test
  void writesTheSameBytesForTheSameSeed() throws Exception {
    new SyntheticHospitals(HospitalProfile.several(3, 300, 5), 5).write(directory.resolve("1"));
    new SyntheticHospitals(HospitalProfile.several(3, 300, 5), 5).write(directory.resolve("2"));
    new SyntheticHospitals(HospitalProfile.several(3, 300, 5), 6).write(directory.resolve("3"));

    for (String name : List.of("hospital-a", "hospital-b", "hospital-c")) {
      assertThat(directory.resolve("1/" + name + "/heart.csv"))
          .hasSameBinaryContentAs(directory.resolve("2/" + name + "/heart.csv"));
      assertThat(Files.readString(directory.resolve("3/" + name + "/heart.csv")))
          .isNotEqualTo(Files.readString(directory.resolve("1/" + name + "/heart.csv")));
    }
  }

  @Test
  void makesAnyNumberOfHospitalsAndRows() throws Exception {
    StudySchema schema = StudyCatalog.load("synthetic-heart").schema();
    for (int count : new int[] {1, 2, 8}) {
      SyntheticHospitals hospitals =
          new SyntheticHospitals(HospitalProfile.several(count, 1000, 11), 11);

      List<Path> sites = hospitals.write(directory.resolve("n" + count));

      assertThat(sites).hasSize(count);
      int rows = 0;
      for (Path site : sites) {
        rows += read(schema, site).rows();
      }
      assertThat(rows).isEqualTo(1000);
    }
    assertThatThrownBy(() -> HospitalProfile.several(3, 59, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyHospitalHasItsOwnConventionAndCaseMix() throws Exception {
    List<HospitalProfile> profiles = HospitalProfile.several(4, 12_000, 3);
    StudySchema schema = StudyCatalog.load("synthetic-heart").schema();
    List<Path> sites = new SyntheticHospitals(profiles, 3).write(directory);

    for (int i = 0; i < sites.size(); i++) {
      HospitalProfile profile = profiles.get(i);
      DataTable table = read(schema, sites.get(i));
      assertThat(table.rows()).isEqualTo(profile.rows());
      assertThat(mean(table.levels(schema.label()))).isCloseTo(profile.prevalence(), within(0.03));
      assertThat(mean(table.levels(column(schema, "sex"))))
          .isCloseTo(profile.maleShare(), within(0.03));
      assertThat(Arrays.stream(table.numbers(column(schema, "age"))).average().orElseThrow())
          .isCloseTo(profile.ageMean(), within(0.6));
      assertThat(missing(table.numbers(column(schema, "chol"))))
          .isCloseTo(1.6 * profile.missingShare(), within(0.03));
      assertThat(
              Arrays.stream(table.levels(column(schema, "fbs"))).filter(level -> level < 0).count())
          .isPositive();
      double expectedCholesterol =
          245
              + 0.4 * (profile.ageMean() - 55)
              - 12 * profile.maleShare()
              + profile.cholesterolBias();
      assertThat(
              Arrays.stream(table.numbers(column(schema, "chol")))
                  .filter(Double::isFinite)
                  .average()
                  .orElseThrow())
          .isCloseTo(expectedCholesterol, within(4.0));
    }
    assertThat(profiles.stream().map(HospitalProfile::convention).distinct()).hasSize(3);
  }

  @Test
  void needsTheMappingQueries() throws Exception {
    new SyntheticHospitals(HospitalProfile.several(3, 300, 5), 5).write(directory);

    assertThat(Files.readString(directory.resolve("hospital-b/heart.csv")))
        .startsWith("patient_age;gender;")
        .contains(";M;", ";F;", ";?;");
    assertThat(Files.readString(directory.resolve("hospital-c/heart.csv")))
        .doesNotContain("age")
        .contains(",-9,");
  }

  private static DataTable read(StudySchema schema, Path site) throws Exception {
    return SiteDatasets.load(site.resolve("datasets.yaml"))
        .dataset(SyntheticHospitals.DATASET)
        .read(schema, Purpose.TRAINING);
  }

  private static Column column(StudySchema schema, String name) {
    return schema.columns().stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double mean(int[] levels) {
    return Arrays.stream(levels).average().orElseThrow();
  }

  private static double missing(double[] values) {
    return Arrays.stream(values).filter(Double::isNaN).count() / (double) values.length;
  }
}
