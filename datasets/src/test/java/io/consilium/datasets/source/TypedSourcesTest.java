package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TypedSourcesTest {
  private static final String RECORDS =
      "SELECT * FROM (VALUES (63, 145.5, 'a', true, 1.0), (40, NULL, 'b', NULL, 0.0),"
          + " (50, 120.25, 'CANARY', false, 1.0)) t(age, chol, cp, fbs, disease)";
  private static final String QUERY =
      "SELECT age, chol, cp, CAST(fbs AS INTEGER) AS fbs, CASE WHEN disease > 0 THEN 'yes' ELSE"
          + " 'no' END AS disease FROM %s WHERE cp <> 'CANARY' ORDER BY age";

  private final StudySchema schema = TestSchemas.small();

  @TempDir Path directory;

  @Test
  void readsParquet() throws Exception {
    duckdb("", "COPY (" + RECORDS + ") TO '" + directory + "/heart.parquet' (FORMAT parquet)");

    expectRecords(read("source: {type: parquet, path: heart.parquet}", QUERY.formatted("source")));
  }

  @Test
  void readsSeveralParquetFiles() throws Exception {
    duckdb("", "COPY (" + RECORDS + ") TO '" + directory + "/1.parquet' (FORMAT parquet)");
    duckdb("", "COPY (" + RECORDS + ") TO '" + directory + "/2.parquet' (FORMAT parquet)");

    assertThat(read("source: {type: parquet, path: '*.parquet'}", QUERY.formatted("source")).rows())
        .isEqualTo(4);
  }

  @Test
  void refusesAFileThatIsNotParquet() throws Exception {
    Files.writeString(directory.resolve("x.parquet"), "CANARY");

    assertThatThrownBy(
            () -> read("source: {type: parquet, path: x.parquet}", QUERY.formatted("source")))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("data set heart: x.parquet: is not a readable Parquet file");
  }

  @Test
  void readsNdjsonAndFlattensIt() throws Exception {
    Files.writeString(
        directory.resolve("heart.ndjson"),
        """
        {"age": 40, "lab": {"chol": null}, "cp": "b", "fbs": null, "sick": false}
        {"age": 63, "lab": {"chol": 145.5}, "cp": "a", "fbs": 1, "sick": true}
        """);

    expectRecords(
        read(
            "source: {type: ndjson, path: heart.ndjson}",
            "SELECT age, lab.chol AS chol, cp, fbs, CASE WHEN sick THEN 'yes' ELSE 'no' END AS"
                + " disease FROM source ORDER BY age"));
  }

  @Test
  void pivotsFhirObservations() throws Exception {
    Files.writeString(
        directory.resolve("observation.ndjson"),
        observation("1", "2093-3", 145.5)
            + observation("2", "2093-3", 200)
            + observation("1", "30525-0", 63)
            + observation("2", "30525-0", 40));

    DataTable table =
        read(
            "source: {type: ndjson, path: observation.ndjson}",
            """
            SELECT subject.reference AS patient,
                   max(valueQuantity.value) FILTER (code.coding[1].code = '30525-0') AS age,
                   max(valueQuantity.value) FILTER (code.coding[1].code = '2093-3') AS chol,
                   'a' AS cp, 1 AS fbs, 'yes' AS disease
            FROM source GROUP BY ALL ORDER BY patient\
            """);

    assertThat(table.texts(schema.id().orElseThrow())).containsExactly("Patient/1", "Patient/2");
    assertThat(table.numbers(schema.features().get(1))).containsExactly(145.5, 200);
  }

  @Test
  void namesTheLineOfBrokenJsonAndNotItsText() throws Exception {
    Files.writeString(
        directory.resolve("heart.ndjson"), "{\"age\": 1}\n{\"age\": \"CANARY}\n{\"age\": 3}\n");

    assertThatThrownBy(
            () -> read("source: {type: ndjson, path: heart.ndjson}", "SELECT age FROM source"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("heart.ndjson, line ")
        .hasMessageContaining(": is not valid JSON")
        .hasMessageNotContaining("CANARY");
  }

  @Test
  void refusesAnEmptyNdjsonFile() throws Exception {
    Files.writeString(directory.resolve("heart.ndjson"), "");

    assertThatThrownBy(
            () -> read("source: {type: ndjson, path: heart.ndjson}", "SELECT * FROM source"))
        .isInstanceOf(InvalidDataException.class);
  }

  @Test
  void readsADatabaseWithJdbc() throws Exception {
    duckdb(directory.resolve("site.db").toString(), "CREATE TABLE visits AS " + RECORDS);

    expectRecords(read(jdbc("site.db"), QUERY.formatted("visits")));
  }

  @Test
  void undoesWhatAJdbcQueryChanges() throws Exception {
    String file = directory.resolve("site.db").toString();
    duckdb(file, "CREATE TABLE visits AS " + RECORDS);
    duckdb(file, "CREATE SEQUENCE s");

    assertThatThrownBy(() ->
            read(
                jdbc("site.db"),
                "WITH t AS (SELECT 1) SELECT age FROM visits; DELETE FROM visits RETURNING"
                    + " age"))
        .isInstanceOf(InvalidDataException.class);

    expectRecords(read(jdbc("site.db"), QUERY.formatted("visits")));
  }

  @Test
  void namesNoValueOfADatabaseInItsErrors() throws Exception {
    duckdb(directory.resolve("site.db").toString(), "CREATE TABLE visits AS " + RECORDS);

    assertThatThrownBy(() -> read(jdbc("site.db"), "SELECT CAST(cp AS DOUBLE) AS age FROM visits"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("the database refuses the query")
        .hasMessageNotContaining("CANARY")
        .hasNoCause();
  }

  @Test
  void saysWhatToDoWhenADatabaseCannotBeReached() {
    assertThatThrownBy(() -> read("source: {type: jdbc, url: 'jdbc:nothing:secret'}", "SELECT 1"))
        .hasMessageContaining("the database cannot be reached")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() ->
            read(
                "source: {type: jdbc, url: 'jdbc:nothing:x', driver: org.example.Driver}",
                "SELECT 1"))
        .hasMessageContaining("org.example.Driver is not on the class path");
  }

  @Test
  void takesThePasswordOnlyFromAFileOfItsOwn() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), "s3cret\n");
    String source = "source: {type: jdbc, url: 'jdbc:nothing:x', passwordFile: password}";
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> read(source, "SELECT 1"))
        .hasMessageContaining("can be read by others; chmod 600 it");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> read(source, "SELECT 1"))
        .hasMessageContaining("cannot be reached")
        .hasMessageNotContaining("s3cret");

    assertThatThrownBy(() ->
            read(
                "source: {type: jdbc, url: 'jdbc:nothing:x', properties: {password: x}}",
                "SELECT 1"))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("use passwordFile");
  }

  private void expectRecords(DataTable table) {
    assertThat(table.numbers(schema.features().get(0))).containsExactly(40, 63);
    assertThat(table.numbers(schema.features().get(1))).containsExactly(Double.NaN, 145.5);
    assertThat(table.levels(schema.features().get(2))).containsExactly(1, 0);
    assertThat(table.levels(schema.features().get(3))).containsExactly(-1, 1);
    assertThat(table.levels(schema.label())).containsExactly(0, 1);
  }

  private String jdbc(String file) {
    return "source: {type: jdbc, url: 'jdbc:duckdb:" + directory.resolve(file) + "'}";
  }

  private DataTable read(String source, String query) throws Exception {
    return SourceFixture.read(schema, directory, source + "\nquery: |\n" + query.indent(2));
  }

  private static String observation(String patient, String code, double value) {
    return """
    {"resourceType":"Observation","subject":{"reference":"Patient/%s"},\
    "code":{"coding":[{"system":"http://loinc.org","code":"%s"}]},"valueQuantity":{"value":%s}}
    """
        .formatted(patient, code, value);
  }

  private static void duckdb(String file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
