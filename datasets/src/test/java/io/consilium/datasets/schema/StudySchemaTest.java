package io.consilium.datasets.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StudySchemaTest {
  private static final String LABEL = "{name: y, type: category, categories: [n, p], role: label}";
  private static final String X = "{name: x, type: number, min: 0, max: 1}";

  @Test
  void readsRolesTypesAndPolicies() {
    StudySchema schema = TestSchemas.small();

    assertThat(schema.features())
        .extracting(Column::name)
        .containsExactly("age", "chol", "cp", "fbs");
    assertThat(schema.label().name()).isEqualTo("disease");
    assertThat(schema.id()).map(Column::name).contains("patient");
    assertThat(schema.weight()).isEmpty();
    assertThat(schema.labelKind()).isEqualTo(LabelKind.BINARY);
    assertThat(schema.classes()).containsExactly("no", "yes");
    assertThat(schema.features().get(1).missing()).isEqualTo(MissingPolicy.MEAN);
  }

  @Test
  void knowsTheKindOfTheLabel() {
    assertThat(schemaWith("{name: y, type: number, min: 0, max: 9, role: label}").labelKind())
        .isEqualTo(LabelKind.NUMBER);
    assertThat(
            schemaWith("{name: y, type: category, categories: [1, 2, 3], role: label}").labelKind())
        .isEqualTo(LabelKind.MULTICLASS);
  }

  @Test
  void digestDoesNotDependOnHowTheSchemaIsWritten() throws Exception {
    StudySchema plain = schemaWith(LABEL);
    StudySchema wordy =
        TestSchemas.parse(
            "{\"columns\": [{\"max\": 1.0, \"missing\": \"reject\", \"role\": \"feature\","
                + " \"type\": \"number\", \"name\": \"x\", \"min\": 0e3}, "
                + "{\"role\": \"label\", \"categories\": [\"n\", \"p\"],"
                + " \"type\": \"category\", \"name\": \"y\"}]}");

    assertThat(wordy.digest()).isEqualTo(plain.digest()).matches("[0-9a-f]{64}");
    assertThat(wordy).isEqualTo(plain);
    assertThat(StudySchema.parse(plain.toJson().deepCopy())).isEqualTo(plain);
  }

  @Test
  void itsOwnJsonIsAccepted() throws Exception {
    StudySchema schema = TestSchemas.small();

    StudySchema again = StudySchema.parse(Documents.parse(schema.toJson().toString(), "json"));

    assertThat(again.digest()).isEqualTo(schema.digest());
  }

  @Test
  void digestChangesWithEveryPartOfTheSchema() {
    assertThat(
            Stream.of(
                    "{name: x, type: number, min: 0, max: 1}",
                    "{name: x, type: number, min: 0, max: 2}",
                    "{name: x, type: number, min: -1, max: 1}",
                    "{name: x, type: integer, min: 0, max: 1}",
                    "{name: x, type: number, min: 0, max: 1, unit: mm}",
                    "{name: x, type: number, min: 0, max: 1, missing: mean}",
                    "{name: z, type: number, min: 0, max: 1}",
                    "{name: x, type: category, categories: [a, b]}",
                    "{name: x, type: category, categories: [b, a]}",
                    "{name: x, type: category, categories: [a, b], encoding: one-hot}")
                .map(column -> TestSchemas.parse("columns: [" + column + ", " + LABEL + "]"))
                .map(StudySchema::digest))
        .doesNotHaveDuplicates();
  }

  @Test
  void digestIsTheSameInEveryVersion() {
    // A recorded value: sites that run different versions must still agree on it.
    assertThat(schemaWith(LABEL).toJson().toString())
        .isEqualTo(
            "{\"columns\":[{\"name\":\"x\",\"role\":\"feature\",\"missing\":\"reject\","
                + "\"type\":\"number\",\"min\":0,\"max\":1},{\"name\":\"y\",\"role\":\"label\","
                + "\"type\":\"category\",\"categories\":[\"n\",\"p\"]}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: x, typ: number, min: 0, max: 1} | schema.columns[0].typ: unknown key; did you mean"
            + " 'type'?",
        "{name: x, type: nubmer, min: 0, max: 1} | schema.columns[0].type: 'nubmer' is not known;"
            + " did you mean 'number'?",
        "{name: x, type: number, min: 1, max: 1} | schema.columns[0].max: must be greater than min",
        "{name: x, type: number, min: 0} | schema.columns[0]: needs the key 'max'",
        "{name: x, type: number, min: .nan, max: 1} | test: not valid YAML at line 1",
        "{name: x, type: number, min: a, max: 1} | schema.columns[0].min: must be a number",
        "{name: 'x y', type: number, min: 0, max: 1} | schema.columns[0].name: must be 1 to 63",
        "{name: Y, type: number, min: 0, max: 1} | schema.columns[1].name: the column 'y' is there"
            + " twice",
        "{name: x, type: category, categories: []} | schema.columns[0].categories: must hold 2",
        "{name: x, type: category, categories: [a]} | schema.columns[0].categories: must hold 2",
        "{name: x, type: category, categories: [a, a]} | categories[1]: the category 'a' is there"
            + " twice",
        "{name: x, type: category, categories: [a, ' ']} | categories[1]: must be 1 to 128",
        "{name: x, type: category, categories: [a, true]} | categories[1]: must be a text; put it"
            + " in quotes",
        "{name: x, type: category, categories: [a, b], min: 0} | a category has no 'min'",
        "{name: x, type: number, min: 0, max: 1, categories: [a]} | a number has no 'categories'",
        "{name: x, type: number, min: 0, max: 1, missing: drop} | missing: 'drop' is not known",
        "{name: x, type: number, min: 0, max: 1, role: target} | role: 'target' is not known",
        "{name: x, type: text} | schema.columns[0].type: a feature must be a number",
        "{name: x, type: number, role: id, min: 0, max: 1} | with the role id is a text",
        "{name: x, type: number, min: -1, max: 1, role: weight} | a weight cannot be negative",
        "{name: x, type: number, min: 0, max: 1, role: weight} | at least one column must be a"
            + " feature",
        "{name: x, type: number, min: 0, max: 1, role: label} | exactly one column must have the"
            + " role label, not 2",
        "{name: x, type: number, min: 0, max: 1, role: weight, missing: mean} | only a feature may"
            + " be missing",
        "{name: x, type: image, height: 2} | schema.columns[0]: needs the key 'width'",
        "{name: x, type: image, height: 0, width: 2} | height: must be a whole number from 1",
        "{name: x, type: image, height: 129, width: 128} | an image has at most 16384 pixels",
        "{name: x, type: image, height: 2, width: 2, maximum: 65536} | maximum: must be a whole",
        "{name: x, type: image, height: 2, width: 2, missing: mean} | an image may not be missing",
        "{name: x, type: image, height: 2, width: 2, min: 0} | an image has no 'min'",
        "{name: x, type: image, height: 2, width: 2, role: weight} | an image can be a feature",
        "{name: x, type: number, min: 0, max: 1, width: 2} | a number has no 'width'",
        "{name: x, type: category, categories: [a, b], role: split} | categories: a split is a"
            + " category of [train, validation]",
        "{name: x, type: number, role: split} | type: a split is a category of",
        "{name: x, role: split, missing: mean} | a split has no 'missing'",
        "{name: x, role: split} | at least one column must be a feature",
      })
  void refusesWhatItDoesNotUnderstand(String column, String message) {
    assertThatThrownBy(() -> parse("columns: [" + column + ", " + LABEL + "]"))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsAnImageAndASplit() throws Exception {
    String image = "{name: x, type: image, height: 2, width: 3}";

    StudySchema schema = schemaWith(LABEL + ", {name: part, role: split}", image);

    assertThat(schema.image().orElseThrow().type()).isEqualTo(new ColumnType.Image(2, 3, 0, 255));
    assertThat(schema.split()).map(Column::name).contains("part");
    assertThat(StudySchema.parse(schema.toJson().deepCopy())).isEqualTo(schema);
    String wordy = "{name: part, role: split, type: category, categories: [train, validation]}";
    assertThat(
            schemaWith(
                    LABEL + ", " + wordy,
                    "{"
                        + image.substring(1, image.length() - 1)
                        + ", maximum: 255, missing: reject}")
                .digest())
        .isEqualTo(schema.digest());
    assertThatThrownBy(
            () -> parse("columns: [" + image + ", " + image.replace("x", "z") + ", " + LABEL + "]"))
        .hasMessageContaining("at most one column may be an image");
    assertThatThrownBy(() ->
            parse(
                "columns: ["
                    + X
                    + ", "
                    + LABEL
                    + ", {name: a, role: split}, {name: b, role: split}]"))
        .hasMessageContaining("at most one column may have the role split");
  }

  @Test
  void refusesAnUnknownKeyBesideTheColumns() {
    assertThatThrownBy(() -> parse("{columns: [" + X + ", " + LABEL + "], colums: []}"))
        .hasMessage("schema.colums: unknown key; did you mean 'columns'?");
  }

  @Test
  void refusesASchemaWithoutLabel() {
    assertThatThrownBy(() -> parse("columns: [" + X + "]"))
        .hasMessageContaining("exactly one column must have the role label, not 0");
  }

  @Test
  void namesFileLineAndColumnOfBrokenYaml(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("schema.yaml");
    Files.writeString(file, "columns:\n  - {name: x\n  - y\n");

    assertThatThrownBy(() -> StudySchema.load(file))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("schema.yaml: not valid YAML at line 3");
  }

  @Test
  void refusesAKeyThatIsThereTwice() {
    assertThatThrownBy(() -> parse("columns: []\ncolumns: []"))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining("Duplicate field 'columns'");
  }

  private static StudySchema schemaWith(String label) {
    return schemaWith(label, X);
  }

  private static StudySchema schemaWith(String label, String feature) {
    return TestSchemas.parse("columns: [" + feature + ", " + label + "]");
  }

  private static StudySchema parse(String yaml) throws InvalidDefinitionException {
    return StudySchema.parse(Documents.parse(yaml, "test"));
  }
}
