package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdxSourceTest {
  private static final String ONE = "source: {type: idx, images: i.idx, labels: l.idx}\n";
  private static final String ALL = ONE + "query: SELECT image, label AS sick FROM source";

  private final StudySchema schema = ImageFixture.schema();

  @TempDir Path directory;

  @BeforeEach
  void writeTwoGoodFiles() throws IOException {
    write("i.idx", ImageFixture.images(3));
    write("l.idx", ImageFixture.labels(1, 0, 1));
  }

  @Test
  void readsImagesAndTheirClasses() throws Exception {
    DataTable table = read(ALL);

    assertThat(table.levels(schema.label())).containsExactly(1, 0, 1);
    assertThat(values(table, 0)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(values(table, 2)).containsExactly(12, 13, 14, 15, 16, 17);
  }

  @Test
  void readsSeveralFilesCompressedOrNotAndLetsTheQueryChoose() throws Exception {
    ImageFixture.writeGzip(directory.resolve("j.idx.gz"), ImageFixture.images(2));
    ImageFixture.writeGzip(directory.resolve("m.idx.gz"), ImageFixture.labels(0, 9));

    DataTable table =
        read(
            """
            source: {type: idx, images: [i.idx, j.idx.gz], labels: [l.idx, m.idx.gz]}
            query: |
              SELECT image, CASE WHEN file = 'i.idx' THEN 1 - label ELSE label END AS sick
              FROM source WHERE label <> 9 ORDER BY file DESC, position DESC
            """);

    assertThat(table.levels(schema.label())).containsExactly(0, 0, 1, 0);
    assertThat(values(table, 0)).startsWith(0, 1);
    assertThat(values(table, 1)).startsWith(12, 13);
    assertThat(values(table, 3)).startsWith(0, 1);
  }

  @Test
  void selectsRowsWithoutCopyingTheirPixels() throws Exception {
    DataTable table = read(ALL);

    DataTable selected = table.select(new int[] {2, 0});

    assertThat(selected.images(schema.image().orElseThrow()))
        .usingElementComparator((left, right) -> left == right ? 0 : 1)
        .containsExactly(image(table, 2), image(table, 0));
  }

  @Test
  void saysWhichRecordHasAnImageOfAnotherSize() throws Exception {
    write("i.idx", ImageFixture.idx(ImageFixture.IMAGE_MAGIC, new int[] {1, 1, 2}, 7, 7));
    write("l.idx", ImageFixture.labels(1));

    refuses(ALL)
        .hasMessage(
            "data set heart: row 1, column image: the image (i.idx, record 1) is 1 x 2 pixels"
                + " (height x width); the schema says 2 x 3");
  }

  @Test
  void saysWhichImageIsBrighterThanTheSchemaAllows() {
    StudySchema dark =
        TestSchemas.parse(
            """
            columns:
              - {name: image, type: image, height: 2, width: 3, maximum: 15}
              - {name: sick, type: category, categories: ["0", "1"], role: label}
            """);

    assertThatThrownBy(() -> SourceFixture.read(dark, directory, ALL))
        .hasMessageContaining(
            "row 3, column image: the image (i.idx, record 3) has a pixel above the maximum of the"
                + " schema, 15");
  }

  @Test
  void refusesAClassThatTheSchemaLacks() throws Exception {
    write("l.idx", ImageFixture.labels(1, 2, 0));

    refuses(ALL).hasMessageContaining("row 2, column sick: is not one of the 2 categories");
  }

  @Test
  void refusesFilesWithLabelsForOnlySomeImages() throws Exception {
    write("l.idx", ImageFixture.labels(1, 0));

    refuses(ALL).hasMessage("data set heart: l.idx: has 2 labels for the 3 images of i.idx");
  }

  @Test
  void saysWhereATruncatedFileEnds() throws Exception {
    byte[] whole = ImageFixture.images(3);
    write("i.idx", Arrays.copyOf(whole, whole.length - 1));

    refuses(ALL)
        .hasMessage(
            "data set heart: i.idx: is truncated: it ends in record 3 of the 3 that its header"
                + " says");

    write("i.idx", Arrays.copyOf(whole, 9));
    refuses(ALL).hasMessageContaining("i.idx: is empty or ends within its header");
  }

  @Test
  void noticesATruncatedOrDamagedGzipFile() throws Exception {
    Path file = directory.resolve("i.idx.gz");
    String definition = ALL.replace("i.idx", "i.idx.gz");
    ImageFixture.writeGzip(file, ImageFixture.images(3));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 20));
    refuses(definition).hasMessageContaining("i.idx.gz: is truncated");

    Files.write(file, ImageFixture.images(3));
    refuses(definition).hasMessageContaining("i.idx.gz: is not a gzip file, or it is damaged");
  }

  @Test
  void refusesAFileThatGoesOnAfterItsRecords() throws Exception {
    byte[] whole = ImageFixture.images(3);
    write("i.idx", Arrays.copyOf(whole, whole.length + 1));

    refuses(ALL).hasMessageContaining("i.idx: goes on after the 3 records");
  }

  @Test
  void refusesWhatIsNotAFileOfTheFormat() throws Exception {
    write("i.idx", ImageFixture.labels(1, 2));
    refuses(ALL)
        .hasMessageContaining("i.idx: is not an idx file of unsigned bytes with 3 dimensions")
        .hasMessageContaining("2051");

    write("i.idx", ImageFixture.idx(ImageFixture.IMAGE_MAGIC, new int[] {-1, 2, 3}));
    refuses(ALL).hasMessageContaining("by its header it has 4294967295");
  }

  @Test
  void refusesMoreThanTheLimitsAllow() {
    assertThatThrownBy(
            () -> SourceFixture.read(schema, directory, ALL, DataLimits.defaults().withRowsMax(2)))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("i.idx: should have 1 to 2 records");
  }

  @Test
  void believesNoHeaderThatAsksForMuchMemory() throws Exception {
    int[] huge = {1_000_000, 1000, 1000};
    write("i.idx", ImageFixture.idx(ImageFixture.IMAGE_MAGIC, huge, 1, 2, 3));

    refuses(ALL)
        .hasMessageContaining("i.idx: needs 953674 megabytes; raise limits.memoryMegabytes");
  }

  @Test
  void refusesAMissingFile() {
    refuses(ALL.replace("l.idx", "none.idx")).hasMessageContaining("none.idx: is not a file");
  }

  @Test
  void wantsAsManyFilesOfLabelsAsOfImages() {
    refuses("source: {type: idx, images: [i.idx, i.idx], labels: l.idx}")
        .hasMessageContaining("datasets.heart.source.labels")
        .hasMessageContaining("must name as many files as 'images', which names 2");
  }

  @Test
  void refusesWhatOnlyLooksLikeAnImage() {
    refuses(ONE + "query: SELECT position AS image, label AS sick FROM source")
        .hasMessageContaining("row 1, column image: is not an image; only a source of the type");
    refuses(ONE + "query: SELECT encode('image 3') AS image, label AS sick FROM source")
        .hasMessageContaining("row 1, column image: is not the column image of the source");
    refuses(ONE + "query: SELECT image, image AS sick FROM source")
        .hasMessageContaining("row 1, column sick: is an image, not a category");
  }

  @Test
  void refusesAMissingImage() {
    refuses(
            ONE
                + "query: SELECT CASE WHEN position <> 1 THEN image END AS image, label AS sick"
                + " FROM source")
        .hasMessageContaining("row 2, column image: is missing");
  }

  private DataTable read(String definition) throws DatasetException {
    return SourceFixture.read(schema, directory, definition);
  }

  private AbstractThrowableAssert<?, ?> refuses(String definition) {
    return assertThatThrownBy(() -> read(definition)).isInstanceOf(DatasetException.class);
  }

  private Pixels image(DataTable table, int row) {
    return table.images(schema.image().orElseThrow()).get(row);
  }

  private int[] values(DataTable table, int row) {
    Pixels pixels = image(table, row);
    return IntStream.range(0, pixels.count()).map(pixels::at).toArray();
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }
}
