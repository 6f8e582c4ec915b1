package io.consilium.datasets.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.Cell;
import io.consilium.datasets.table.Purpose;
import io.consilium.datasets.table.TableBuilder;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RangeUseTest {
  private static List<RangeUse> narrow(double max, double... values) throws Exception {
    StudySchema schema =
        TestSchemas.parse(
            """
            columns:
              - {name: crp, type: number, min: 0, max: %.0f, missing: mean}
              - {name: sex, type: category, categories: [f, m]}
              - {name: y, type: category, categories: [a, b], role: label}
            """
                .formatted(max));
    TableBuilder builder =
        new TableBuilder(
            schema,
            Purpose.TRAINING,
            "test",
            List.of("crp", "sex", "y"),
            Set.of(),
            DataLimits.defaults());
    for (double value : values) {
      builder.add(
          new Cell[] {Cell.of(Double.isNaN(value) ? null : value), Cell.of("f"), Cell.of("a")});
    }
    return RangeUse.narrow(new FeatureEncoder(schema).encode(builder.build()));
  }

  @Test
  void aRangeFarWiderThanTheValuesIsNamed() throws Exception {
    double[] values = IntStream.range(0, 41).mapToDouble(i -> 1 + i / 20.0).toArray();

    List<RangeUse> narrow = narrow(10_000, values);

    assertThat(narrow).hasSize(1);
    assertThat(narrow.getFirst().sentence())
        .startsWith(
            "column 'crp': nine of ten values lie between 1.1 and 2.9, 0.018 % of the declared"
                + " range 0 to 10000;");
    assertThat(narrow(10, values)).isEmpty();
  }

  @Test
  void oneWildValueDoesNotHideTheOthers() throws Exception {
    double[] values = {999_999_999, 403, 116, 261, Double.NaN, 153, 202, 404};

    assertThat(narrow(1_000_000_000, values))
        .singleElement()
        .satisfies(use -> assertThat(use.part()).isBetween(2e-7, 4e-7));
  }

  @Test
  void equalOrFewValuesSayNothing() throws Exception {
    assertThat(narrow(10_000, 5, 5, 5, 5, 5, 5)).isEmpty();
    assertThat(narrow(10_000, 5, 6, Double.NaN, 7)).isEmpty();
  }
}
