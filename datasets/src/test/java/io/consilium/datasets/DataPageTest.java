package io.consilium.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.image.Png;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of docs/data.md: each named block of the page becomes a file. */
final class DataPageTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```\\w+ (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  @TempDir Path directory;

  @BeforeEach
  void writeTheBlocks() throws Exception {
    String page = Files.readString(Path.of(System.getProperty("consilium.home"), "docs/data.md"));
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      Files.writeString(directory.resolve(block.group(1)), block.group(2));
    }
  }

  @Test
  void runsTheCsvExample() throws Exception {
    StudySchema schema = schema();

    DataTable table = read("datasets.yaml");

    assertThat(table.texts(schema.id().orElseThrow())).containsExactly("17", "18");
    assertThat(table.numbers(schema.features().get(1))).containsExactly(6.2 * 38.67, Double.NaN);
    assertThat(table.levels(schema.features().get(2))).containsExactly(0, 2);
    assertThat(table.levels(schema.features().get(3))).containsExactly(1, -1);
    assertThat(table.levels(schema.label())).containsExactly(1, 0);
  }

  @Test
  void theCsvExampleAdmitsTheStudy() throws Exception {
    Dataset heart = SiteDatasets.load(directory.resolve("datasets.yaml")).dataset("heart");

    assertThat(heart.admission().orElseThrow().columns().refused(schema())).isEmpty();
    assertThat(heart.records().fit(schema()).table().numbers(schema().features().get(1)))
        .containsExactly(6.2 * 38.67, Double.NaN);
  }

  @Test
  void runsTheNdjsonExample() throws Exception {
    StudySchema schema = schema();

    DataTable table = read("fhir.yaml");

    assertThat(table.numbers(schema.features().get(0))).containsExactly(63, 41);
    assertThat(table.numbers(schema.features().get(1))).containsExactly(240.5, Double.NaN);
  }

  @Test
  void runsTheParquetExample() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "COPY (SELECT * FROM (VALUES (63, 240.5, 'none', 'no', 1), (17, 200, 'none', 'no', 0))"
              + " t(age, chol, pain, smoker, disease)) TO '"
              + directory.resolve("visits.parquet")
              + "' (FORMAT parquet)");
    }

    assertThat(read("parquet.yaml").rows()).isEqualTo(1);
  }

  @Test
  void understandsTheOtherDefinitions() throws Exception {
    assertThat(SiteDatasets.load(directory.resolve("jdbc.yaml")).names()).containsExactly("heart");
    assertThat(SiteDatasets.load(directory.resolve("limits.yaml")).names()).isEmpty();
  }

  @Test
  void runsTheImageExample() throws Exception {
    Files.createDirectories(directory.resolve("scans/late"));
    for (String name : new String[] {"a.png", "late/b.png"}) {
      Files.write(
          directory.resolve("scans").resolve(name),
          Png.write(Pixels.ofBytes(28, 28, new byte[28 * 28])));
    }
    StudySchema schema = StudySchema.load(directory.resolve("image-schema.yaml"));

    DataTable table =
        SiteDatasets.load(directory.resolve("images.yaml"))
            .dataset("xrays")
            .read(schema, Purpose.TRAINING);

    assertThat(table.levels(schema.label())).containsExactly(1, 0);
    assertThat(SiteDatasets.load(directory.resolve("idx.yaml")).names()).containsExactly("xrays");
  }

  private StudySchema schema() throws Exception {
    return StudySchema.load(directory.resolve("schema.yaml"));
  }

  private DataTable read(String file) throws Exception {
    return SiteDatasets.load(directory.resolve(file))
        .dataset("heart")
        .read(schema(), Purpose.TRAINING);
  }
}
