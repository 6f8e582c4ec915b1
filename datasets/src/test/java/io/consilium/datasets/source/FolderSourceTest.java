package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.image.Png;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import io.consilium.datasets.table.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderSourceTest {
  private static final String DEFINITION =
      "source: {type: images, directory: scans, labels: labels.csv}\n"
          + "query: SELECT image, sick FROM source";

  private final StudySchema schema = ImageFixture.schema();

  @TempDir Path directory;

  @BeforeEach
  void writeTwoImages() throws IOException {
    Files.createDirectories(directory.resolve("scans/late"));
    write("a.png", Pixels.ofBytes(2, 3, new byte[] {0, 1, 2, (byte) 253, (byte) 254, (byte) 255}));
    write("late/CANARY.png", Pixels.ofBytes(2, 3, new byte[] {9, 8, 7, 6, 5, 4}));
    list("file,sick", "a.png,1", "late/CANARY.png,0");
  }

  @Test
  void readsImagesWithTheirLabels() throws Exception {
    DataTable table = read(DEFINITION);

    assertThat(values(table, 0)).containsExactly(0, 1, 2, 253, 254, 255);
    assertThat(values(table, 1)).containsExactly(9, 8, 7, 6, 5, 4);
    assertThat(table.levels(schema.label())).containsExactly(1, 0);
  }

  @Test
  void readsSixteenBits() throws Exception {
    StudySchema wide =
        TestSchemas.parse(
            """
            columns:
              - {name: image, type: image, height: 1, width: 2, maximum: 4095}
              - {name: sick, type: category, categories: ["0", "1"], role: label}
            """);
    write("a.png", Pixels.ofShorts(1, 2, new short[] {3, 4095}));
    list("file,sick", "a.png,1");

    DataTable table = SourceFixture.read(wide, directory, DEFINITION);

    Pixels pixels = table.images(wide.image().orElseThrow()).getFirst();
    assertThat(pixels.at(0)).isEqualTo(3);
    assertThat(pixels.at(1)).isEqualTo(4095);
  }

  @Test
  void opensOnlyTheImagesThatTheQueryTakes() throws Exception {
    Files.writeString(directory.resolve("scans/a.png"), "no image");

    DataTable table = read(DEFINITION + " WHERE sick = 0");

    assertThat(values(table, 0)).startsWith(9, 8);
  }

  @Test
  void takesAnotherColumnForTheNamesOfTheFiles() throws Exception {
    list("Aufnahme;Befund", "a.png;krank");

    DataTable table =
        read(
            """
            source: {type: images, directory: scans, labels: labels.csv, file: Aufnahme, delimiter: ";"}
            query: SELECT image, CASE Befund WHEN 'krank' THEN 1 ELSE 0 END AS sick FROM source
            """);

    assertThat(table.levels(schema.label())).containsExactly(1);
  }

  @Test
  void saysWhichRecordHasAnImageOfAnotherSize() throws Exception {
    write("late/CANARY.png", Pixels.ofBytes(3, 2, new byte[6]));

    refuses(DEFINITION)
        .hasMessage(
            "data set heart: row 2, column image: the image (labels.csv, record 2) is 3 x 2 pixels"
                + " (height x width); the schema says 2 x 3");
  }

  @Test
  void saysWhichImageCannotBeRead() throws Exception {
    Path file = directory.resolve("scans/late/CANARY.png");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 20));
    refuses(DEFINITION)
        .hasMessageContaining(
            "row 2, column image: the image (labels.csv, record 2) is a damaged or truncated PNG");

    Files.writeString(file, "CANARY");
    refuses(DEFINITION).hasMessageContaining("(labels.csv, record 2) is neither a PNG");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws Exception {
    Files.write(directory.resolve("scans/late/CANARY.png"), new byte[(32 << 20) + 1]);

    refuses(DEFINITION).hasMessageContaining("(labels.csv, record 2) is larger than 32 MiB");
  }

  @Test
  void refusesFilesThatAreMissingOrOutsideTheFolder() throws Exception {
    Files.copy(directory.resolve("scans/a.png"), directory.resolve("CANARY.png"));
    Files.createSymbolicLink(directory.resolve("scans/link.png"), directory.resolve("CANARY.png"));
    list(
        "file,sick",
        "a.png,1",
        "CANARY-missing.png,1",
        "../CANARY.png,0",
        directory.resolve("CANARY.png") + ",0",
        "link.png,1",
        ",0",
        "late,1");

    refuses(DEFINITION)
        .hasMessage(
            """
            data set heart: 6 problems
              labels.csv, record 2: names an image file that is not there or cannot be read
              labels.csv, record 3: names a file outside the folder of the images
              labels.csv, record 4: names a file outside the folder of the images
              labels.csv, record 5: names a link that leads outside the folder of the images
              labels.csv, record 6: names no image file
              labels.csv, record 7: names an image file that is not there or cannot be read\
            """);
  }

  @Test
  void refusesAMissingLabelAndOneOutsideTheClasses() throws Exception {
    list("file,sick", "a.png,", "late/CANARY.png,CANARY");

    refuses(DEFINITION)
        .hasMessageContaining("row 1, column sick: is missing")
        .hasMessageContaining("row 2, column sick: is not one of the 2 categories");
  }

  @Test
  void refusesAListWithoutTheNamesOfTheFiles() throws Exception {
    list("name,sick", "a.png,1");
    refuses(DEFINITION)
        .hasMessageContaining("labels.csv: has no column 'file'")
        .hasMessageContaining("say with the key 'file'");

    list("file,image,sick", "a.png,1,1");
    refuses(DEFINITION).hasMessageContaining("labels.csv: has a column 'image'");
  }

  @Test
  void refusesMoreImagesThanTheMemoryLimitAllows() throws Exception {
    int side = 4096;
    write("a.png", Pixels.ofBytes(side, side, new byte[side * side]));
    String[] lines = new String[1 + 5];
    Arrays.fill(lines, "a.png,1");
    lines[0] = "file,sick";
    list(lines);

    assertThatThrownBy(() ->
            SourceFixture.read(
                schema, directory, DEFINITION, DataLimits.defaults().withMemoryMegabytesMax(64)))
        .hasMessageContaining("row 5, column image: and the images before it need more than 64");
  }

  @Test
  void readsTheQuestionsOfAClient() throws Exception {
    Path questions = directory.resolve("scans/questions.csv");
    Files.writeString(questions, "image\nlate/CANARY.png\na.png\n");

    DataTable table =
        Dataset.csv(schema, questions, Set.of(), DataLimits.defaults())
            .read(schema, Purpose.PREDICTION);

    assertThat(values(table, 0)).startsWith(9, 8);
    assertThat(values(table, 1)).startsWith(0, 1);
  }

  @Test
  void readsOneQuestionFromAnImageOrFromJson() throws Exception {
    Path json = directory.resolve("scans/question.json");
    Files.writeString(json, "{\"image\": \"late/CANARY.png\"}");

    DataTable alone = Records.image(schema, directory.resolve("scans/a.png"));
    DataTable record = Records.read(schema, json);

    assertThat(values(alone, 0)).startsWith(0, 1);
    assertThat(values(record, 0)).startsWith(9, 8);
    assertThatThrownBy(() -> Records.image(TestSchemas.small(), json))
        .hasMessageContaining("an image alone is no record of this study")
        .hasMessageContaining("age, chol, cp, fbs");
    Files.writeString(json, "{\"image\": \"CANARY.png\"}");
    assertThatThrownBy(() -> Records.read(schema, json))
        .hasMessageContaining("row 1, column image: the image cannot be read")
        .hasMessageNotContaining("CANARY");
  }

  private DataTable read(String definition) throws DatasetException {
    return SourceFixture.read(schema, directory, definition);
  }

  /** Names of image files may tell whose they are: no message has one. */
  private AbstractThrowableAssert<?, ?> refuses(String definition) {
    return assertThatThrownBy(() -> read(definition))
        .isInstanceOf(DatasetException.class)
        .hasMessageNotContaining("CANARY");
  }

  private int[] values(DataTable table, int row) {
    Pixels pixels = table.images(schema.image().orElseThrow()).get(row);
    return IntStream.range(0, pixels.count()).map(pixels::at).toArray();
  }

  private void write(String name, Pixels pixels) throws IOException {
    Files.write(directory.resolve("scans").resolve(name), Png.write(pixels));
  }

  private void list(String... lines) throws IOException {
    Files.write(directory.resolve("labels.csv"), List.of(lines));
  }
}
