package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people's first files look like: taken as meant, or refused with what to do. */
final class FirstUseTest {
  private static final String SCHEMA =
      """
      columns:
        - {name: age, type: number, min: 18, max: 110}
        - {name: pain, type: category, categories: ["no", "%s"]}
        - {name: sick, type: category, categories: ["0", "1"], role: label}
      """;

  @TempDir Path directory;

  @Test
  void readsTabsHoweverTheyAreSaid() throws Exception {
    write("a.tsv", "age\tpain\tsick\n40\tno\t1\n");
    write("a.csv", "age\tpain\tsick\n40\tno\t1\n");

    assertThat(read("source: {type: csv, path: a.tsv}").rows()).isEqualTo(1);
    for (String tab : new String[] {"\"\\t\"", "'\\t'", "tab"}) {
      assertThat(read("source: {type: csv, path: a.csv, delimiter: " + tab + "}").rows())
          .isEqualTo(1);
    }
    assertThatThrownBy(() -> read("source: {type: csv, path: a.csv, delimiter: '||'}"))
        .hasMessageContaining("must be one ASCII character");
  }

  @Test
  void takesTheIndexThatPandasWrites() throws Exception {
    write("a.csv", ",age,pain,sick\n0,40,no,1\n1,50,no,0\n");

    DataTable table =
        read("source: {type: csv, path: a.csv}\nquery: SELECT age, pain, sick FROM source");

    assertThat(table.rows()).isEqualTo(2);
    assertThat(
            read("source: {type: csv, path: a.csv}\nquery: SELECT * EXCLUDE column1 FROM source")
                .rows())
        .isEqualTo(2);
  }

  @Test
  void takesNamesThatBeginWithADigitOrSpanLines() throws Exception {
    write("a.csv", "24h_urea,\"age\n(years)\",\"pain \"\"now\"\"\",sick\n7,40,no,1\n");

    assertThat(
            read("source: {type: csv, path: a.csv}\nquery: |\n  SELECT \"age\n  (years)\" AS age,"
                    + " \"pain \"\"now\"\"\" AS pain, sick FROM source WHERE \"24h_urea\" = '7'")
                .rows())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "63,no,1 | column 1 has a value in place of a name; if the file has no header, set header",
        "1957-03-01,no,1 | column 1 has a value in place of a name",
        "'6,2';no;1 | column 1 has a value in place of a name",
        "no,yes,maybe | has none of the schema's columns; if the file has no header, set header",
        "age;pain;sick | line 1: the header is one column with the character ';' in it; if that"
            + " divides the columns, write delimiter: \";\"",
      })
  void saysThatTheHeaderIsNone(String line, String message) throws Exception {
    write("a.csv", line.replace("'", "") + "\n" + line.replace("'", "") + "\n");
    String delimiter = line.contains("'") ? ", delimiter: ';'" : "";

    assertThatThrownBy(() -> read("source: {type: csv, path: a.csv" + delimiter + "}"))
        .hasMessageContaining(message)
        .hasMessageNotContaining("maybe")
        .hasMessageNotContaining("1957");
  }

  @Test
  void tellsWhatAFileIsThatIsNoText() throws Exception {
    bytes("book.csv", new byte[] {'P', 'K', 3, 4, 20, 0, 6, 0});
    bytes("old.csv", new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, 0, 0});
    bytes("wide.csv", "age,pain".getBytes(StandardCharsets.UTF_16));
    bytes("columns.csv", "PAR1xxxxxxx".getBytes(StandardCharsets.UTF_8));
    bytes("plain.csv.gz", "age,pain,sick\n".getBytes(StandardCharsets.UTF_8));
    bytes("packed.csv", gzip("age,pain,sick\n40,no,1\n"));
    bytes("book.csv.gz", gzip("PK\u0003\u0004xxxx"));

    expect("book.csv", "is an Excel workbook or another zip archive; save the sheet as");
    expect("old.csv", "is a workbook of an old Excel");
    expect("wide.csv", "is text in UTF-16; save it as UTF-8");
    expect("columns.csv", "is a Parquet file; write type: parquet");
    expect("plain.csv.gz", "is not compressed, although its name ends in .gz");
    expect("packed.csv", "is compressed with gzip; give it a name that ends in .gz");
    expect("book.csv.gz", "is an Excel workbook");
    assertThatThrownBy(() -> read("source: {type: ndjson, path: plain.csv.gz}"))
        .hasMessageContaining("is not compressed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "Yes | it differs from one only in case",
        "'yes' | it differs from one only in case, or by quotes or blanks around it",
        "\"'yes '\" | by quotes or blanks",
        "perhaps | is not one of the 2 categories of the schema (no, yes)",
      })
  void saysHowACategoryNearlyFits(String value, String message) throws Exception {
    write("a.csv", "age,pain,sick\n40," + value + ",1\n");

    assertThatThrownBy(() -> read("source: {type: csv, path: a.csv}"))
        .hasMessageContaining(message)
        .hasMessageNotContaining("perhaps");
  }

  @Test
  void takesEqualTextsForEqual() throws Exception {
    String composed = "\u00dcbelkeit";
    String decomposed = "U\u0308belkeit";
    write("a.csv", "age,pain,sick\n40," + composed + ",1\n40," + decomposed + ",1\n");

    for (String inSchema : new String[] {composed, decomposed}) {
      DataTable table = read("source: {type: csv, path: a.csv}", inSchema);
      assertThat(table.levels(table.schema().features().get(1))).containsExactly(1, 1);
    }
    assertThat(schema(composed).digest()).isEqualTo(schema(decomposed).digest());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "SELECT age, pain, sick FROM source WHERE age > 18 | compares a text with a number",
        "SELECT age, pain, sick FROM source WHERE age BETWEEN 1 AND 2 | CAST(column AS DOUBLE)",
        "SELECT avg(age) AS age FROM source | calls 'avg' with values of another type",
        "SELECT foo(age) AS age FROM source | names a function that does not exist, 'foo'",
        "SELECT age FROM sources | names a table that does not exist, 'sources'",
        "SELECT agee FROM source | names a column or table that does not exist, at 'agee'",
        "SELECT list_transform([1], x -> x) AS age FROM source | write lambda x: ...",
        "SELECT age, count(*) FROM source | at 'age' as it is; name it after GROUP BY",
        "SELECT age FROM source WHERE sum(CAST(age AS INT)) > 1 | write it after HAVING",
        "SELECT age FROM source a, source b | names a column that several tables have, at 'age'",
        "SELECT age FROM source UNION SELECT age, 1 FROM source | does not fit the table",
      })
  void saysWhyAQueryDoesNotFit(String query, String message) throws Exception {
    write("a.csv", "age,pain,sick\n40,no,1\n");

    assertThatThrownBy(() -> read("source: {type: csv, path: a.csv}\nquery: \"" + query + "\""))
        .hasMessageContaining(message);
  }

  @Test
  void readsJsonLinesWithAByteOrderMarkAndBlankLines() throws Exception {
    write(
        "a.ndjson",
        "\uFEFF{\"age\": 40, \"pain\": \"no\", \"sick\": 1}\r\n\r\n"
            + "{\"age\": 50, \"pain\": \"yes\", \"sick\": 0}");
    bytes("a.ndjson.gz", gzip(Files.readString(directory.resolve("a.ndjson"))));

    assertThat(read("source: {type: ndjson, path: a.ndjson}").rows()).isEqualTo(2);
    assertThat(read("source: {type: ndjson, path: a.ndjson.gz}").rows()).isEqualTo(2);
  }

  @Test
  void takesANumberThatIsSometimesAText() throws Exception {
    write(
        "a.ndjson",
        """
        {"age": 40, "pain": "no", "sick": 1, "deep": {"v": [1, "2", null]}}
        {"age": "50", "pain": "yes", "sick": "0", "deep": {"v": 3}}
        {"age": 60.5, "pain": "yes", "sick": 1, "extra": true}
        """);

    DataTable table =
        read("source: {type: ndjson, path: a.ndjson}\nquery: SELECT age, pain, sick FROM source");

    assertThat(table.numbers(table.schema().features().getFirst())).containsExactly(40, 50, 60.5);
    assertThat(table.levels(table.schema().label())).containsExactly(1, 0, 1);
  }

  @Test
  void namesTheLineOfBrokenJsonByItsNumber() throws Exception {
    write(
        "a.ndjson",
        """
        {"age": 40}

        {broken
        {"age": 50
        [1, 2]
        "CANARY"
        {"age": 1, "age": 2}
        {"age": 60} {"CANARY": 1}
        """);

    assertThatThrownBy(() -> read("source: {type: ndjson, path: a.ndjson}"))
        .hasMessage(
            """
            data set heart: 4 problems
              a.ndjson, line 3: is not valid JSON (and 1 more like it)
              a.ndjson, line 5: is not a JSON object, such as {"age": 63}; there must be one on \
            each line (and 1 more like it)
              a.ndjson, line 7: has a key twice
              a.ndjson, line 8: has something after its JSON object\
            """);
  }

  @Test
  void reportsARowOfJsonAsOneOfCsv() throws Exception {
    write("a.ndjson", "{\"age\": \"x\", \"pain\": \"Yes\", \"sick\": 1}\n");

    assertThatThrownBy(() -> read("source: {type: ndjson, path: a.ndjson}"))
        .hasMessageContaining("row 1, column age: is not a number")
        .hasMessageContaining("row 1, column pain: is not one of the 2 categories")
        .hasMessageContaining("it differs from one only in case");
  }

  @Test
  void saysWhereADecimalCommaIs() {
    assertThatThrownBy(() ->
            StudySchema.parse(
                Documents.parse("columns: [{name: a, type: number, min: \"0,5\", max: 2}]", "s")))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("has a decimal comma; write a point: 0.5");
    assertThatThrownBy(() ->
            StudySchema.parse(
                Documents.parse("columns: [{name: a, type: number, min: 0,5, max: 2}]", "s")))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("a number stands where a key should; if it follows a decimal comma");
  }

  private void expect(String file, String message) {
    assertThatThrownBy(() -> read("source: {type: csv, path: " + file + "}"))
        .hasMessageContaining(file + ": " + message);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private void bytes(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private static StudySchema schema(String category) throws InvalidDefinitionException {
    return StudySchema.parse(Documents.parse(SCHEMA.formatted(category), "schema.yaml"));
  }

  private DataTable read(String definition) throws Exception {
    return read(definition, "yes");
  }

  private DataTable read(String definition, String category) throws Exception {
    return SourceFixture.read(schema(category), directory, definition);
  }
}
