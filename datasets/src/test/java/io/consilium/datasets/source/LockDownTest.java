package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.InvalidDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A query can read the site's own table and nothing else, and its errors quote no record. */
final class LockDownTest {
  private final StudySchema schema =
      TestSchemas.parse(
          "columns: [{name: x, type: number, min: 0, max: 1e9},"
              + " {name: y, type: category, categories: [a, b], role: label}]");

  @TempDir Path directory;

  @BeforeEach
  void writeRecords() throws Exception {
    Files.writeString(directory.resolve("heart.csv"), "x,y,note\n1,a,CANARY\n2,b,CANARY2\n");
    Files.writeString(directory.resolve("other.csv"), "x,y\n1,a\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_csv('$DIR/other.csv')",
        "SELECT * FROM '$DIR/other.csv'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM read_json('/etc/passwd')",
        "SELECT * FROM read_parquet('$DIR/x.parquet')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT x, y FROM source; COPY source TO '$DIR/leak.csv'",
        "SELECT x, y FROM source; EXPORT DATABASE '$DIR/leak'",
        "SELECT x, y FROM source; ATTACH '$DIR/leak.db'",
        "SELECT x, y FROM source; INSTALL httpfs",
        "SELECT x, y FROM source; LOAD httpfs",
        "SELECT x, y FROM source; SET enable_external_access=true",
        "SELECT x, y FROM source; SET temp_directory='$DIR'",
        "SELECT x, y FROM source; RESET lock_configuration",
        "SELECT * FROM 'https://example.org/x.csv'",
        "SELECT * FROM reject_errors",
      })
  void refusesEveryWayOut(String query) throws Exception {
    assertThatThrownBy(() -> read(query.replace("$DIR", directory.toString())))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("the query");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("heart.csv", "other.csv");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"COPY source TO 'x'", "ATTACH 'x'", "DROP TABLE source", "PRAGMA version", "x"})
  void refusesAnythingButASelect(String query) {
    assertThatThrownBy(() -> read(query))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("datasets.heart.query: must be one SELECT statement");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT CAST(note AS DOUBLE) AS x, y FROM source",
        "SELECT x, error(note) AS y FROM source",
        "SELECT x, strptime(note, '%Y') AS y FROM source",
        "SELECT x, note AS y FROM source",
        "SELECT note AS x, y FROM source",
        "SELECT CAST(note AS DATE) AS x, y FROM source",
        "SELECT x, y, CAST(note AS STRUCT(a INTEGER)) AS z FROM source",
        "SELECT x, y FROM source WHERE json_extract(note, '$.a') = 1",
        "SELECT (SELECT note FROM source) AS x, y FROM source",
        "SELECT x, y FROM source WHERE note ~ '['",
        "SELECT x, y, nope(note) FROM source",
      })
  void neverQuotesAValueInAnError(String query) {
    assertThatThrownBy(() -> read(query))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageNotContaining("CANARY")
        .hasNoCause();
  }

  @Test
  void tellsWhatIsWrongWithTheQueryInItsOwnWords() {
    assertThatThrownBy(() -> read("SELECT xx AS x, y FROM source"))
        .hasMessage(
            "data set heart: the query names a column or table that does not exist, at"
                + " 'xx'; the records are in the table 'source'");
    assertThatThrownBy(() -> read("SELECT x y FRM source"))
        .hasMessage("data set heart: the query is not valid SQL, at 'FRM'");
    assertThatThrownBy(() -> read("SELECT CAST(note AS DOUBLE) AS x, y FROM source"))
        .hasMessageContaining("cannot convert a value");
  }

  @Test
  void endsAQueryThatTakesTooLong() {
    assertThatThrownBy(() ->
            SourceFixture.read(
                schema,
                directory,
                definition(
                    "SELECT count(*) AS x, 'a' AS y FROM range(10000000) a, range(10000000) b"
                        + " WHERE hash(a.range, b.range) = 0"),
                DataLimits.defaults().withQuerySecondsMax(1)))
        .hasMessage("data set heart: the query took more than 1 seconds");
  }

  @Test
  void endsAQueryThatNeedsTooMuchMemoryWithoutSpillingToDisk() {
    assertThatThrownBy(() ->
            SourceFixture.read(
                schema,
                directory,
                definition(
                    "SELECT max(l) AS x, 'a' AS y FROM (SELECT DISTINCT"
                        + " range || 'abcdefghijklmnop' AS l FROM range(20000000))"),
                DataLimits.defaults().withMemoryMegabytesMax(64)))
        .hasMessage(
            "data set heart: needs more than 64 megabytes; raise limits.memoryMegabytes in"
                + " datasets.yaml");
  }

  private void read(String query) throws Exception {
    SourceFixture.read(schema, directory, definition(query));
  }

  private static String definition(String query) {
    return "source: {type: csv, path: heart.csv}\nquery: |\n  " + query;
  }
}
