package io.consilium.datasets.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.schema.StudySchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordsTest {
  private final StudySchema schema = TestSchemas.small();

  @Test
  void readsOneQuestion() throws Exception {
    DataTable table = question("{age: 63, chol: null, cp: a, fbs: 1, patient: p9}");

    assertThat(table.rows()).isEqualTo(1);
    assertThat(table.texts(schema.id().orElseThrow())).containsExactly("p9");
    assertThat(table.numbers(schema.features().get(1))).containsExactly(Double.NaN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{age: 63, chol: null, cp: a} | column fbs: is in the schema but missing here",
        "{age: 63, chol: 1, cp: a, fbs: 1, agee: 2} | column 5 of 5: is not in the schema",
        "{age: CANARY, chol: 150, cp: a, fbs: 1} | row 1, column age: is not a number",
        "{age: [1], chol: 150, cp: a, fbs: 1} | row 1, column age: is not a number",
        "{age: true, chol: 150, cp: a, fbs: 1} | row 1, column age: is a truth value",
        "{age: 1, chol: 150, cp: CANARY, fbs: 1} | row 1, column cp: is not one of the 3",
        "[CANARY] | must be one JSON object",
      })
  void refusesAWrongQuestionWithoutQuotingIt(String json, String message) {
    assertThatThrownBy(() -> question(json))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageStartingWith("question.json: ")
        .hasMessageContaining(message)
        .hasMessageNotContaining("CANARY");
  }

  @Test
  void printsNoRecord() throws Exception {
    DataTable table = question("{age: 63, chol: 222.5, cp: a, fbs: 1, patient: CANARY}");

    assertThat(table.toString()).isEqualTo("DataTable[1 rows, 5 columns]");
    assertThat(Cell.of("CANARY").toString()).doesNotContain("CANARY");
    assertThat(Cell.of(222.5).toString()).doesNotContain("222");
  }

  @Test
  void readsAFileAndQuotesNothingOfABrokenOne(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("patient.json");
    Files.writeString(file, "{\"age\": 63, \"chol\": null, \"cp\": \"a\", \"fbs\": 1}");
    assertThat(Records.read(schema, file).rows()).isEqualTo(1);

    for (String broken :
        List.of(
            "{\"age\": 6,\n CANARY}",
            "",
            "{\"age\": CANARY",
            "{} CANARY",
            "{\"CANARY\":1,\"CANARY\":1}")) {
      Files.writeString(file, broken);
      assertThatThrownBy(() -> Records.read(schema, file))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("patient.json")
          .hasMessageNotContaining("CANARY")
          .hasNoCause();
    }
    assertThatThrownBy(() -> Records.read(schema, directory.resolve("none.json")))
        .hasMessageContaining("none.json: cannot be read");
  }

  private DataTable question(String json) throws Exception {
    return Records.single(schema, Documents.parse(json, "test"), Path.of(""), "question.json");
  }
}
