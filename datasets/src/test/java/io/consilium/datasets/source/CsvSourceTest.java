package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import io.consilium.datasets.table.Purpose;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvSourceTest {
  private static final String CSV = "source: {type: csv, path: heart.csv, missing: ['?']}";
  private static final String HEADER = "patient,age,chol,cp,fbs,disease\n";

  private final StudySchema schema = TestSchemas.small();

  @TempDir Path directory;

  @Test
  void readsTypedRowsWithMissingValues() throws Exception {
    write(HEADER + "p1,63,145.5,a,1,yes\n\"p,2\", 40 ,?,b,,no\n");

    DataTable table = read(CSV);

    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.texts(schema.id().orElseThrow())).containsExactly("p1", "p,2");
    assertThat(table.numbers(schema.features().get(0))).containsExactly(63, 40);
    assertThat(table.numbers(schema.features().get(1))).containsExactly(145.5, Double.NaN);
    assertThat(table.levels(schema.features().get(3))).containsExactly(1, -1);
    assertThat(table.levels(schema.label())).containsExactly(1, 0);
  }

  @Test
  void mapsTheSitesOwnColumnsWithTheQuery() throws Exception {
    write("Alter;Chol mmol;Schmerz;Nüchtern;Befund\n63;3,1;typisch;ja;krank\n");

    DataTable table =
        read(
            """
            source: {type: csv, path: heart.csv, delimiter: ";"}
            query: |
              SELECT Alter AS age, CAST(replace("Chol mmol", ',', '.') AS DOUBLE) * 38.67 AS chol,
                     CASE Schmerz WHEN 'typisch' THEN 'a' ELSE 'b' END AS cp,
                     CASE "Nüchtern" WHEN 'ja' THEN 1 ELSE 0 END AS fbs,
                     CASE Befund WHEN 'krank' THEN 'yes' ELSE 'no' END AS disease
              FROM source
            """);

    assertThat(table.numbers(schema.features().get(1))).containsExactly(3.1 * 38.67);
    assertThat(table.levels(schema.features().get(3))).containsExactly(1);
  }

  @Test
  void takesAnySelectThatYieldsTheColumns() throws Exception {
    write(HEADER + "p,4,200,a,1,yes\np,5,200,a,1,no\np,6,200,a,1,yes\n");

    DataTable table =
        read(
            CSV
                + "\nquery: |\n  WITH old AS (SELECT * FROM source WHERE CAST(age AS INT) > 4)\n"
                + "  SELECT * FROM old ORDER BY age DESC; -- newest first\n");

    assertThat(table.numbers(schema.features().getFirst())).containsExactly(6, 5);
  }

  @Test
  void readsFilesWithoutHeaderPatternsAndCompression() throws Exception {
    Files.writeString(directory.resolve("b.csv"), "2,200,b,0,no\n");
    Files.writeString(directory.resolve("a.csv"), "1,200,b,0,no\r\n\r\n7,200,c,1,yes\r\n");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("c.csv.gz")))) {
      out.write("3,200,b,0,no\n".getBytes(StandardCharsets.UTF_8));
    }

    DataTable table =
        read(
            "source: {type: csv, path: '*.csv*', header: false,"
                + " columns: [age, chol, cp, fbs, disease]}");

    assertThat(table.numbers(schema.features().getFirst())).containsExactly(1, 7, 2, 3);
  }

  @Test
  void readsGzipWithHeaderAndByteOrderMark() throws Exception {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("x.csv.gz")))) {
      out.write(("\uFEFF" + HEADER + "p,3,200,b,0,no\n").getBytes(StandardCharsets.UTF_8));
    }

    assertThat(read("source: {type: csv, path: x.csv.gz}").rows()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p,CANARY,200,a,1,yes | row 1, column age: is not a number",
        "p,0x1F,200,a,1,yes | row 1, column age: is not a number",
        "p,12d,200,a,1,yes | row 1, column age: is not a number",
        "p,NaN,200,a,1,yes | row 1, column age: is not a finite number",
        "p,-Infinity,200,a,1,yes | row 1, column age: is not a finite number",
        "p,1e999,200,a,1,yes | row 1, column age: is not a finite number",
        "p,121,200,a,1,yes | row 1, column age: is outside the range of the schema, 0 to 120 years",
        "p,-1,200,a,1,yes | row 1, column age: is outside the range",
        "p,1.5,200,a,1,yes | row 1, column age: is not a whole number",
        "p,,200,a,1,yes | row 1, column age: is missing, and the schema refuses",
        "p,?,200,a,1,yes | row 1, column age: is missing, and the schema refuses",
        "p,4,'\"200,5\"',a,1,yes | row 1, column chol: has a decimal comma",
        "p,4,200,CANARY,1,yes | row 1, column cp: is not one of the 3 categories of the schema (a,"
            + " b, c)",
        "p,4,200,A,1,yes | row 1, column cp: is not one of",
        "p,4,200,a,1.0,yes | row 1, column fbs: is not one of",
        "p,4,200,a,1, | row 1, column disease: is missing",
        "p,4,200,a,1 | line 2: has fewer values than there are columns",
        "p,4,200,a,1,yes,CANARY | line 2: has more values than there are columns",
        "p,4,200,'\"CANARY',1,yes | line 2: value 4 has a quote that is not closed",
        "p,4,200,'\"CANARY\"x',1,yes | line 2: value 4 has a quote that is not closed, or text"
            + " after it",
      })
  void refusesABadRowByPlaceAndReason(String row, String message) throws Exception {
    write(HEADER + row.replace("'", "") + "\n");

    assertThatThrownBy(() -> read(CSV))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("data set heart: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("CANARY");
  }

  @Test
  void countsLinesInTheFileAndRowsInTheResult() throws Exception {
    write(HEADER + "p,4,200,a,1,yes\np,4,200\np,4\np,4,200,a,1,yes,1\n");

    assertThatThrownBy(() -> read(CSV))
        .hasMessage(
            """
            data set heart: 2 problems
              heart.csv, line 3: has fewer values than there are columns (and 1 more like it)
              heart.csv, line 5: has more values than there are columns\
            """);

    write(HEADER + "p,4,200,a,1,yes\np,400,200,z,1,yes\np,4,200,a,1,yes\np,4,200,a,1,?\n");

    assertThatThrownBy(() -> read(CSV))
        .hasMessage(
            """
            data set heart: 3 problems
              row 2, column age: is outside the range of the schema, 0 to 120 years
              row 2, column cp: is not one of the 3 categories of the schema (a, b, c)
              row 4, column disease: is missing, and the schema refuses missing values in this \
            column\
            """);
  }

  @Test
  void countsEqualProblems() throws Exception {
    write(HEADER + "p,999,200,a,1,yes\n".repeat(100) + "p,9,200,z,1,yes\n");

    assertThatThrownBy(() -> read(CSV))
        .hasMessage(
            """
            data set heart: 2 problems
              row 1, column age: is outside the range of the schema, 0 to 120 years (and 99 more \
            like it)
              row 101, column cp: is not one of the 3 categories of the schema (a, b, c)\
            """);

    write(HEADER + "p,9\n".repeat(100));

    assertThatThrownBy(() -> read(CSV))
        .hasMessage(
            "data set heart: heart.csv, line 2: has fewer values than there are columns (and 99"
                + " more like it)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | heart.csv, line 1: the file is empty",
        "patient,age,chol,cp,fbs,disease | has no rows",
        "'age,chol,cp,fbs\n4,200,a,1' | column disease: is in the schema but missing here",
        "'ag,chol,cp,fbs,disease\n"
            + "4,200,a,1,yes' | column 1 of 5: is not in the schema; leave it out in the query, or"
            + " rename it with AS; did you mean 'age'?",
        "'63,200,a,1,yes\n4,200,a,1,yes' | line 1: column 1 has a value in place of a name;"
            + " if the file has no header, set header: false",
        "'age,age,cp,fbs,disease\n4,200,a,1,yes' | the name of column 2 is there twice",
      })
  void refusesATableThatDoesNotFit(String text, String message) throws Exception {
    write(text);

    assertThatThrownBy(() -> read(CSV))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesMixedLineEndingsInvalidEncodingAndEndlessLines() throws Exception {
    write("age,chol,cp,fbs,disease\r\n4,200,a,1,yes\n5,200,a,1,yes\r\n6,200,a,1,yes\n");
    assertThatThrownBy(() -> read(CSV)).hasMessageContaining("mixes line endings");

    Files.write(
        directory.resolve("heart.csv"),
        (HEADER + "M\u00fcller,4,200,a,1,yes\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(CSV)).hasMessageContaining("line 2: value 1 is not valid UTF-8");

    write(HEADER + "p,4,200," + "x".repeat(5 << 20) + ",1,yes\n");
    assertThatThrownBy(() -> read(CSV)).hasMessageContaining("line 2: is longer than 4194304");

    write(HEADER + "x".repeat(2000) + ",4,200,a,1,yes\n");
    assertThatThrownBy(() -> read(CSV))
        .hasMessageContaining("row 1, column patient: is longer than 1024 characters");
  }

  @Test
  void refusesTooManyRowsAndColumns() throws Exception {
    write(HEADER + "p,4,200,a,1,yes\n".repeat(4));
    assertThatThrownBy(
            () -> SourceFixture.read(schema, directory, CSV, DataLimits.defaults().withRowsMax(3)))
        .hasMessageContaining("has more than 3 rows");

    write(IntStream.range(0, 4097).mapToObj(i -> "c" + i).collect(Collectors.joining(",")) + "\n");
    assertThatThrownBy(() -> read(CSV)).hasMessageContaining("has 4097 columns; at most 4096");
  }

  @Test
  void refusesFilesThatAreNotThere() throws Exception {
    assertThatThrownBy(() -> read(CSV))
        .hasMessageContaining("heart.csv: is not a file that can be read");
    assertThatThrownBy(() -> read("source: {type: csv, path: '2024-*.csv'}"))
        .hasMessageContaining("2024-*.csv: matches no file");
    Files.writeString(directory.resolve("1.csv"), HEADER + "p,4,200,a,1,yes\n");
    Files.writeString(directory.resolve("2.csv"), "age,chol\n4,200\n");
    assertThatThrownBy(() -> read("source: {type: csv, path: '*.csv'}"))
        .hasMessageContaining("2.csv, line 1: the header differs from that of 1.csv");
  }

  @Test
  void readsAClientsQuestionsWithoutLabel() throws Exception {
    write("age,chol,cp,fbs\n4,200,a,1\n5,,b,0\n");

    DataTable table =
        Dataset.csv(schema, directory.resolve("heart.csv"), Set.of(), DataLimits.defaults())
            .read(schema, Purpose.PREDICTION);

    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.has(schema.label())).isFalse();
  }

  @Test
  void readsALargeFileInTheOrderOfItsLines() throws Exception {
    StringBuilder text = new StringBuilder(HEADER);
    for (int i = 0; i < 200_000; i++) {
      text.append("p").append(i).append(",4,200,a,1,yes\n");
    }
    write(text.toString());

    DataTable table = read(CSV);

    assertThat(table.texts(schema.id().orElseThrow()))
        .isEqualTo(IntStream.range(0, 200_000).mapToObj(i -> "p" + i).toList());
  }

  private void write(String text) throws IOException {
    Files.writeString(directory.resolve("heart.csv"), text);
  }

  private DataTable read(String definition) throws Exception {
    return SourceFixture.read(schema, directory, definition);
  }
}
