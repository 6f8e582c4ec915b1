package io.consilium.datasets.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.table.Cell;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import io.consilium.datasets.table.Records;
import io.consilium.datasets.table.TableBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FeatureEncoderTest {
  private static final List<String> COLUMNS =
      List.of("age", "chol", "cp", "fbs", "disease", "patient");

  @Test
  void encodesAsWorkedOutByHand() throws Exception {
    StudySchema schema = TestSchemas.small();
    DataTable table =
        table(
            schema,
            COLUMNS,
            new Object[] {60, 150.0, "a", "1", "yes", "p1"},
            new Object[] {0, null, "b", null, "no", "p2"},
            new Object[] {120, 300.0, "c", "0", "yes", "p3"});

    EncodedTable encoded = new FeatureEncoder(schema).encode(table);

    assertThat(encoded.layout().names())
        .containsExactly("age", "chol", "cp=b", "cp=c", "fbs=1", "fbs.missing");
    assertThat(encoded.features())
        .containsExactly(
            0.5, 0.25, 0, 0, 1, 0, //
            0, 0, 1, 0, 0, 1, //
            1, 1, 0, 1, 0, 0);
    assertThat(encoded.presence())
        .containsExactly(
            1, 1, 1, 1, 1, 1, //
            1, 0, 1, 1, 1, 1, //
            1, 1, 1, 1, 1, 1);
    assertThat(encoded.labels())
        .hasValueSatisfying(labels -> assertThat(labels).containsExactly(1, 0, 1));
    assertThat(encoded.weights()).isEmpty();
  }

  @Test
  void encodesEachPixelBesideTheOtherColumns() throws Exception {
    StudySchema schema =
        TestSchemas.parse(
            """
            columns:
              - {name: age, type: number, min: 0, max: 100, missing: mean}
              - {name: scan, type: image, height: 2, width: 2, maximum: 1000}
              - {name: sex, type: category, categories: [f, m]}
              - {name: y, type: category, categories: [a, b, c], role: label}
            """);
    Pixels wide = Pixels.ofShorts(2, 2, new short[] {0, 250, 500, 1000});
    Pixels narrow = Pixels.ofBytes(2, 2, new byte[] {(byte) 200, 100, 50, 0});
    DataTable table =
        table(
            schema,
            List.of("sex", "scan", "y", "age"),
            new Object[] {"m", wide, "c", 50},
            new Object[] {"f", narrow, "a", null});

    EncodedTable encoded = new FeatureEncoder(schema).encode(table);

    assertThat(encoded.layout().names())
        .containsExactly("age", "scan[0,0]", "scan[0,1]", "scan[1,0]", "scan[1,1]", "sex=m");
    assertThat(encoded.features())
        .containsExactly(
            0.5, 0, 0.25, 0.5, 1, 1, //
            0, 0.2, 0.1, 0.05, 0, 0);
    assertThat(encoded.presence())
        .containsExactly(
            1, 1, 1, 1, 1, 1, //
            0, 1, 1, 1, 1, 1);
    FeatureEncoder encoder = new FeatureEncoder(schema);
    assertThat(encoder.encode(table.select(new int[] {1})).features())
        .isEqualTo(Arrays.copyOfRange(encoded.features(), 6, 12));
  }

  @Test
  void masksEveryLevelOfAMissingCategoryUnderThePolicyMean() throws Exception {
    StudySchema schema =
        TestSchemas.parse(
            """
            columns:
              - {name: c, type: category, categories: [a, b, c], missing: mean, encoding: one-hot}
              - {name: n, type: number, min: -1, max: 1, missing: indicator}
              - {name: w, type: number, min: 0, max: 9, role: weight}
              - {name: y, type: number, min: 10, max: 20, role: label}
            """);
    DataTable table =
        table(
            schema,
            List.of("c", "n", "w", "y"),
            new Object[] {"a", 0, 2, 10},
            new Object[] {null, null, 3, 17.5});

    EncodedTable encoded = new FeatureEncoder(schema).encode(table);

    assertThat(encoded.layout().names()).containsExactly("c=a", "c=b", "c=c", "n", "n.missing");
    assertThat(encoded.features()).containsExactly(1, 0, 0, 0.5, 0, 0, 0, 0, 0, 1);
    assertThat(encoded.presence()).containsExactly(1, 1, 1, 1, 1, 0, 0, 0, 0, 1);
    assertThat(encoded.labels())
        .hasValueSatisfying(labels -> assertThat(labels).containsExactly(0, 0.75));
    assertThat(encoded.weights())
        .hasValueSatisfying(weights -> assertThat(weights).containsExactly(2, 3));
    assertThat(((LabelCoding.Scaled) encoded.layout().label()).toOriginal(0.75)).isEqualTo(17.5);
  }

  @Test
  void keepsTheOrderOfTheSchemaWhateverTheOrderOfTheSource() throws Exception {
    StudySchema schema = TestSchemas.small();
    Object[] row = {60, 150.0, "b", "1", "yes", "p"};
    Object[] reversed = {"p", "yes", "1", "b", 150.0, 60};

    EncodedTable one = new FeatureEncoder(schema).encode(table(schema, COLUMNS, row));
    EncodedTable other =
        new FeatureEncoder(schema).encode(table(schema, COLUMNS.reversed(), reversed));

    assertThat(other.features()).isEqualTo(one.features());
  }

  @Test
  void encodesASingleQuestionAsItEncodesTrainingRecords() throws Exception {
    StudySchema schema = TestSchemas.small();
    FeatureEncoder encoder = new FeatureEncoder(schema);
    DataTable training = table(schema, COLUMNS, new Object[] {60, null, "c", "0", "yes", "p"});

    DataTable question =
        Records.single(
            schema,
            Documents.parse("{\"age\": 60, \"chol\": null, \"cp\": \"c\", \"fbs\": 0}", "q"),
            Path.of(""),
            "question");

    assertThat(encoder.encode(question).features()).isEqualTo(encoder.encode(training).features());
    assertThat(encoder.encode(question).presence()).isEqualTo(encoder.encode(training).presence());
    assertThat(encoder.encode(question).labels()).isEmpty();
  }

  @Test
  void reportsWeightsInOriginalUnits() throws Exception {
    StudySchema schema = TestSchemas.small();
    FeatureEncoder encoder = new FeatureEncoder(schema);
    double[] x =
        encoder
            .encode(table(schema, COLUMNS, new Object[] {30, 180.0, "b", "0", "no", "p"}))
            .features();
    double[] weights = {2, -3, 0.5, 0.25, 1, 4};
    double[] original = {30, 180, 1, 0, 0, 0};

    LinearTerms terms = encoder.layout().inOriginalUnits(LinearTerms.of(weights, 0.7));

    assertThat(terms.intercept() + dot(terms.weights(), original))
        .isCloseTo(0.7 + dot(Arrays.stream(weights).boxed().toList(), x), within(1e-12));
  }

  @Test
  void layoutFollowsFromTheSchemaAlone() {
    assertThat(FeatureLayout.of(TestSchemas.small()))
        .isEqualTo(FeatureLayout.of(TestSchemas.small()));
  }

  @Test
  void refusesATableOfAnotherSchema() throws Exception {
    StudySchema other =
        TestSchemas.parse(
            "columns: [{name: x, type: number, min: 0, max: 1},"
                + " {name: y, type: number, min: 0, max: 1, role: label}]");
    DataTable table = table(other, List.of("x", "y"), new Object[] {0, 1});

    assertThatThrownBy(() -> new FeatureEncoder(TestSchemas.small()).encode(table))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wipesItsNumbers() throws Exception {
    StudySchema schema = TestSchemas.small();
    EncodedTable encoded =
        new FeatureEncoder(schema)
            .encode(table(schema, COLUMNS, new Object[] {60, 150.0, "a", "1", "yes", "p1"}));

    encoded.wipe();

    assertThat(encoded.features()).containsOnly(0);
    assertThat(encoded.labels().orElseThrow()).containsOnly(0);
  }

  private static double dot(List<Double> weights, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += weights.get(i) * x[i];
    }
    return sum;
  }

  private static DataTable table(StudySchema schema, List<String> columns, Object[]... rows)
      throws Exception {
    TableBuilder builder =
        new TableBuilder(
            schema, Purpose.TRAINING, "test", columns, Set.of(), DataLimits.defaults());
    for (Object[] row : rows) {
      builder.add(
          Arrays.stream(row)
              .map(value ->
                  value instanceof Pixels pixels ? new Cell.Image(pixels, "test") : Cell.of(value))
              .toArray(Cell[]::new));
    }
    return builder.build();
  }
}
