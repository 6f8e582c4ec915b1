package io.consilium.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.study.StudyCatalog;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SyntheticXraysTest {
  @TempDir Path directory;

  @Test
  void everyHospitalCanBeReadByItsOwnDefinition() throws Exception {
    Study study = StudyCatalog.load("synthetic-xray");

    List<Path> sites = study.generator().orElseThrow().write(directory);

    List<Integer> sizes = new ArrayList<>();
    List<Double> sick = new ArrayList<>();
    for (Path site : sites) {
      DataTable table = read(study, site);
      sizes.add(table.rows());
      sick.add(Arrays.stream(table.levels(study.schema().label())).average().orElseThrow());
    }
    assertThat(sizes).containsExactly(200, 160, 120);
    assertThat(sick.get(0)).isBetween(0.25, 0.45);
    assertThat(sick.get(2)).isBetween(0.55, 0.75);
  }

  @Test
  void theHospitalsDifferInExposureAndTheClassesNotOnlyInBrightness() throws Exception {
    Study study = StudyCatalog.load("synthetic-xray");
    List<Path> sites = study.generator().orElseThrow().write(directory);

    List<Double> brightness = new ArrayList<>();
    double[] ofClass = new double[2];
    int[] count = new int[2];
    for (Path site : sites) {
      DataTable table = read(study, site);
      List<Pixels> images = table.images(study.schema().image().orElseThrow());
      int[] labels = table.levels(study.schema().label());
      double site0 = images.stream().mapToDouble(SyntheticXraysTest::mean).average().orElseThrow();
      brightness.add(site0);
      for (int i = 0; i < labels.length; i++) {
        ofClass[labels[i]] += mean(images.get(i)) - site0;
        count[labels[i]]++;
      }
    }

    assertThat(brightness.get(1)).isGreaterThan(brightness.get(0) + 10);
    assertThat(brightness.get(2)).isLessThan(brightness.get(0) - 5);
    assertThat(Math.abs(ofClass[1] / count[1] - ofClass[0] / count[0])).isLessThan(8);
  }

  private static double mean(Pixels pixels) {
    return IntStream.range(0, pixels.count()).map(pixels::at).average().orElseThrow();
  }

  @Test
  void sameSeedGivesTheSameFiles() throws Exception {
    new SyntheticXrays(4, 40, 5).write(directory.resolve("one"));
    new SyntheticXrays(4, 40, 5).write(directory.resolve("two"));
    new SyntheticXrays(4, 40, 6).write(directory.resolve("three"));

    List<byte[]> one = contents(directory.resolve("one"));
    assertThat(one).hasSizeGreaterThan(40);
    assertThat(contents(directory.resolve("two")))
        .usingElementComparator(Arrays::compare)
        .isEqualTo(one);
    assertThat(contents(directory.resolve("three")))
        .usingElementComparator(Arrays::compare)
        .isNotEqualTo(one);
  }

  private static List<byte[]> contents(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .sorted(Comparator.naturalOrder())
          .map(SyntheticXraysTest::content)
          .toList();
    }
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataTable read(Study study, Path site) throws Exception {
    StudySchema schema = study.schema();
    return SiteDatasets.load(site.resolve("datasets.yaml"))
        .dataset(study.dataset())
        .read(schema, Purpose.TRAINING);
  }
}
