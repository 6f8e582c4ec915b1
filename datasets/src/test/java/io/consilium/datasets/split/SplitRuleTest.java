package io.consilium.datasets.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.Cell;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import io.consilium.datasets.table.Purpose;
import io.consilium.datasets.table.TableBuilder;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SplitRuleTest {
  private static final String RANDOM = "split: {train: 0.75, seed: 7}";

  private final StudySchema divided = schema(", {name: part, role: split}");
  private final StudySchema whole = schema("");

  @Test
  void putsEachRecordWhereItsColumnSays() throws Exception {
    SplitRule rule = parse("name: x", divided);

    Split split = rule.divide(table("train", "validation", "train", "validation"), "hospital-a");

    assertThat(rule).isEqualTo(new SplitRule.Given());
    assertThat(split.train()).containsExactly(0, 2);
    assertThat(split.test()).containsExactly(1, 3);
  }

  @Test
  void mayKeepNoRecordForValidationButNeedsOneForTraining() throws Exception {
    SplitRule rule = parse("name: x", divided);

    assertThat(rule.divide(table("train"), "hospital-a").test()).isEmpty();
    DataTable none = table("validation", "validation");
    assertThatThrownBy(() -> rule.divide(none, "hospital-a"))
        .isInstanceOf(InvalidDataException.class)
        .hasMessage("records of hospital-a: column part: puts no record into the part 'train'");
  }

  @Test
  void refusesAnythingElseInTheColumn() {
    assertThatThrownBy(() -> table("train", "test"))
        .hasMessageContaining(
            "row 2, column part: is not one of the 2 categories of the schema (train, validation)");
    assertThatThrownBy(() -> table("train", null))
        .hasMessageContaining("row 2, column part: is missing");
  }

  @Test
  void refusesAFractionBesideTheColumn() {
    assertThatThrownBy(() -> parse(RANDOM, divided))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessage(
            "split: the column 'part' of the schema says which records are for training; leave the"
                + " key out, or take the role split from the column");
  }

  @Test
  void dividesAtRandomWithoutSuchAColumn() throws Exception {
    assertThat(parse(RANDOM, whole))
        .isEqualTo(new SplitRule.Random(new BigDecimal("0.75"), 7, true));
    assertThat(parse("split: {train: 1, seed: 7, stratified: false}", whole))
        .isEqualTo(new SplitRule.Random(BigDecimal.ONE, 7, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: x | needs the key 'split'",
        "split: {seed: 1} | split: needs the key 'train'",
        "split: {train: 0, seed: 1} | split.train: must be above 0 and at most 1",
        "split: {train: 1.5, seed: 1} | split.train: must be above 0 and at most 1",
        "split: {train: 0.5} | split: needs the key 'seed'",
        "split: {train: 0.5, seed: 1, by: x} | split.by: unknown key",
      })
  void refusesWhatItDoesNotUnderstand(String manifest, String message) {
    assertThatThrownBy(() -> parse(manifest, whole))
        .isInstanceOf(InvalidDefinitionException.class)
        .hasMessageContaining(message);
  }

  private static SplitRule parse(String manifest, StudySchema schema) throws Exception {
    return SplitRule.parse(DefinitionNode.mapping(Documents.parse(manifest, "test"), ""), schema);
  }

  private static StudySchema schema(String more) {
    return TestSchemas.parse(
        "columns: [{name: x, type: number, min: 0, max: 1},"
            + " {name: y, type: category, categories: [a, b], role: label}"
            + more
            + "]");
  }

  private DataTable table(String... parts) throws InvalidDataException {
    TableBuilder builder =
        new TableBuilder(
            divided,
            Purpose.TRAINING,
            "test",
            List.of("x", "y", "part"),
            Set.of(),
            DataLimits.defaults());
    for (String part : parts) {
      builder.add(new Cell[] {Cell.of(0.5), Cell.of("a"), Cell.of(part)});
    }
    return builder.build();
  }
}
