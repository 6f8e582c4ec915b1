package io.consilium.datasets.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.schema.AdmittedColumns;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.split.PartSizes;
import io.consilium.datasets.split.SplitRule;
import io.consilium.datasets.table.DataTable;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a site declares decides about schemas and records; what a study asks for decides nothing.
 */
final class AdmissionTest {
  private static final String ADMITS =
      """
      records: 3
      columns:
        - {name: patient, type: text}
        - {name: Age, type: integer, unit: years, min: 0, max: 120}
        - {name: chol, type: number, min: 20, max: 1000, missing: true}
        - {name: pain, type: category, categories: [typical, atypical, none]}
        - {name: sick, type: category, categories: ["0", "1"]}
      """;

  private static final String AGE = "{name: age, type: integer, unit: years, min: 18, max: 110}";
  private static final String CHOL = "{name: chol, type: number, min: 50, max: 700, missing: mean}";
  private static final String PAIN =
      "{name: pain, type: category, categories: [none, typical, atypical]}";
  private static final String LABEL =
      "{name: sick, type: category, categories: [\"0\", \"1\"], role: label}";

  @TempDir Path directory;

  private Dataset dataset(String admits, String csv) throws Exception {
    Files.writeString(directory.resolve("records.csv"), csv);
    String definition = "source: {type: csv, path: records.csv}\nadmits:\n" + admits.indent(2);
    return Dataset.define(
        "heart",
        Documents.parse(definition, "heart"),
        "datasets.heart",
        directory,
        DataLimits.defaults());
  }

  private static StudySchema schema(String... columns) throws Exception {
    return StudySchema.parse(
        Documents.parse("columns:\n  - " + String.join("\n  - ", columns), "schema"));
  }

  private AdmittedColumns columns() throws Exception {
    return dataset(ADMITS, "").admission().orElseThrow().columns();
  }

  @Test
  void admitsWhatIsNotWiderThanDeclared() throws Exception {
    assertThat(columns().refused(schema(AGE, CHOL, PAIN, LABEL))).isEmpty();
    assertThat(columns().refused(schema("{name: patient, role: id}", AGE, LABEL))).isEmpty();
    assertThat(columns().refused(schema("{name: other, role: ignored}", AGE, LABEL))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          age  | {name: age, type: integer, min: 0, max: 121}
          age  | {name: age, type: integer, min: -1, max: 120}
          age  | {name: age, type: integer, unit: months, min: 0, max: 120}
          age  | {name: age, type: category, categories: [young, old]}
          chol | {name: chol, type: number, min: 50, max: 700}
          chol | {name: chol, type: integer, min: 50, max: 700, missing: mean}
          pain | {name: pain, type: category, categories: [typical, none]}
          pain | {name: pain, type: category, categories: [typical, atypical, none, other]}
          weight | {name: weight, type: number, min: 0, max: 300}
          code | {name: code, role: id}
          patient | {name: patient, type: category, categories: [a, b]}
          """)
  void refusesAnotherColumnOrAWiderOneWithoutReading(String name, String column) throws Exception {
    StudySchema schema =
        schema(
            column,
            "{name: " + (name.equals("age") ? "chol" : "age") + ", role: ignored}",
            column.contains("role: id") ? PAIN : "{name: note, role: ignored}",
            LABEL);

    assertThat(columns().refused(schema)).containsExactly(name);
  }

  @Test
  void readsByTheDeclarationAndFitsTheStudyWithoutRefusingARecord() throws Exception {
    Dataset heart =
        dataset(
            ADMITS,
            "patient,age,chol,pain,sick\n1,17,,typical,0\n2,115,20,none,1\n3,60,701,atypical,1\n");
    StudySchema study = schema(PAIN, CHOL, AGE, LABEL);

    DataTable.Fitted fitted = heart.records().fit(study);

    DataTable table = fitted.table();
    assertThat(table.schema()).isEqualTo(study);
    assertThat(table.levels(study.features().get(0))).containsExactly(1, 0, 2);
    assertThat(table.numbers(study.features().get(1))).containsExactly(Double.NaN, 50, 700);
    assertThat(table.numbers(study.features().get(2))).containsExactly(18, 110, 60);
    assertThat(fitted.clamped()).isEqualTo(Map.of("age", 2, "chol", 2));
  }

  @Test
  void refusesRecordsByTheDeclarationAndNamesNoUnknownColumn() throws Exception {
    assertThatThrownBy(
            () -> dataset(ADMITS, "patient,age,chol,pain,sick\n1,121,,typical,0\n").records())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("row 1, column Age");
    assertThatThrownBy(
            () -> dataset(ADMITS, "Zebrowski,age,chol,pain,sick\n1,12,,typical,0\n").records())
        .hasMessageContaining("column 1 of 5: is not in the schema")
        .hasMessageNotContaining("Zebrowski");
  }

  @Test
  void refusesFewerRecordsThanDeclared() throws Exception {
    String two = "patient,age,chol,pain,sick\n1,17,,typical,0\n2,115,20,none,1\n";

    assertThatThrownBy(() -> dataset(ADMITS, two).records())
        .hasMessageContaining("has 2 records, and admits.records declares at least 3");

    String parts =
        """
        records: {train: 1, validation: 2}
        columns:
          - {name: part, type: category, categories: [validation, train]}
          - {name: sick, type: category, categories: ["0", "1"]}
        """;
    assertThatThrownBy(
            () -> dataset(parts, "part,sick\ntrain,0\nvalidation,1\ntrain,1\n").records())
        .hasMessageContaining("has 1 records for validation");
    assertThat(dataset(parts, "part,sick\ntrain,0\nvalidation,1\nvalidation,1\n").records().rows())
        .isEqualTo(3);
  }

  @Test
  void knowsThePartsOfAStudyFromTheDeclaration() throws Exception {
    Admission admission = dataset(ADMITS.replace("3\n", "250\n"), "").admission().orElseThrow();

    assertThat(new SplitRule.Random(new BigDecimal("0.66"), 1, true).sizes(admission.records()))
        .contains(new PartSizes(165, 85));
    assertThat(new SplitRule.Given().sizes(admission.records())).isEmpty();
    assertThat(new PartSizes(165, 85).smallestFold(10)).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          records: 3 | records: 0 | datasets.heart.admits.records: must be a whole number from 1
          records: 3 | records: {train: 3} | datasets.heart.admits.records: needs the key 'validation'
          type: text | type: text, min: 1 | datasets.heart.admits.columns[0].min: a text has no 'min'
          patient | age | datasets.heart.admits.columns[1].name: the column 'Age' is there twice
          unit: years | role: label | datasets.heart.admits.columns[1].role: unknown key
          min: 20 | min: 2000 | datasets.heart.admits.columns[2].max: must be greater than min
          missing: true | missing: mean | datasets.heart.admits.columns[2].missing: must be true or false
          """)
  void isReadStrictly(String good, String bad, String message) {
    assertThatThrownBy(() -> dataset(ADMITS.replace(good, bad), "")).hasMessageContaining(message);
  }

  /** Files that are as they were need not be read again. */
  @Test
  void itsVersionIsAnotherOneWhenAFileIs() throws Exception {
    Dataset before = dataset(ADMITS, "patient\n");
    String version = before.version().orElseThrow();

    assertThat(before.version()).contains(version);
    assertThat(dataset(ADMITS, "patient,age\n").version().orElseThrow()).isNotEqualTo(version);
    Files.delete(directory.resolve("records.csv"));
    assertThat(before.version()).isEmpty();
  }
}
