package io.consilium.coordinator.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.Results.Confusion;
import io.consilium.coordinator.contract.Results.Evaluation;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Part;
import io.consilium.coordinator.contract.Results.Statistic;
import io.consilium.coordinator.contract.Results.Tensor;
import io.consilium.coordinator.contract.Results.Undefined;
import io.consilium.coordinator.contract.Results.Weights;
import io.consilium.coordinator.identity.X25519;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ResultsBoxTest {
  private static final JobId ID = new JobId("0123456789ab");
  private static final String PLAN = "ab".repeat(32);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Succeeded DONE = new Succeeded(new ModelName("risk", "1"), 1, 17, 2.5);
  private static final ReportDocument REPORT = new ReportDocument(ID, 1, "hospital-a", 7, DONE);

  private final KeyPair pair = X25519.generate(RANDOM);

  @Test
  void opensInItsReport() throws Exception {
    Results results = results(0.25, -1e300, 12);
    ReportDocument sealed = ResultsBox.seal(REPORT, results, PLAN, pair.getPublic(), RANDOM);

    assertThat(open(sealed, sealed)).isEqualTo(results);
    assertThat(new String(Json.bytes(sealed), StandardCharsets.UTF_8))
        .doesNotContain("0.25", "log loss", "young");
  }

  static Stream<ReportDocument> others() {
    return Stream.of(
        new ReportDocument(new JobId("ffffffffffff"), 1, "hospital-a", 7, DONE),
        new ReportDocument(ID, 2, "hospital-a", 7, DONE),
        new ReportDocument(ID, 1, "hospital-b", 7, DONE),
        new ReportDocument(ID, 1, "hospital-a", 8, DONE),
        new ReportDocument(ID, 1, "hospital-a", 7, Progress.sharing(0)));
  }

  @ParameterizedTest
  @MethodSource("others")
  void opensInNoOtherReport(ReportDocument other) throws Exception {
    ReportDocument sealed = ResultsBox.seal(REPORT, Results.NONE, PLAN, pair.getPublic(), RANDOM);

    assertThatThrownBy(() -> open(other, sealed))
        .isInstanceOf(DocumentException.class)
        .hasMessageContaining(other.party());
  }

  @Test
  void opensUnderNoOtherPlanAndWithNoOtherKey() throws Exception {
    ReportDocument sealed = ResultsBox.seal(REPORT, Results.NONE, PLAN, pair.getPublic(), RANDOM);
    SealedResults otherPlan =
        new SealedResults("cd".repeat(32), sealed.results().orElseThrow().box());

    assertThatThrownBy(() -> ResultsBox.open(REPORT, otherPlan, pair.getPrivate()))
        .isInstanceOf(DocumentException.class);
    assertThatThrownBy(() ->
            ResultsBox.open(
                REPORT, sealed.results().orElseThrow(), X25519.generate(RANDOM).getPrivate()))
        .isInstanceOf(DocumentException.class);
  }

  @Test
  void theLengthDoesNotDependOnTheValues() throws Exception {
    int length = length(results(0, 0, 0));

    assertThat(length(results(-1.0 / 3, Double.MIN_VALUE, Integer.MAX_VALUE))).isEqualTo(length);
    assertThat(length(results(-Double.MAX_VALUE, 1e-200, 99))).isEqualTo(length);
    assertThat(length(results(Double.NaN, Double.NEGATIVE_INFINITY, 7))).isEqualTo(length);
  }

  @Test
  void theLargestResultsFitAReportThatIsSigned() throws Exception {
    List<Metric> metrics =
        new Random(1)
            .doubles(Results.METRICS_MAX)
            .mapToObj(value ->
                Metric.of(
                    "accuracy", Optional.of(20), 10_000, -value * 1e-300, Undefined.ONE_CLASS))
            .toList();
    List<Long> row = IntStream.range(0, 64).mapToObj(_ -> 1L << 30).toList();
    Confusion matrix =
        new Confusion(Optional.of(20), 10_000, IntStream.range(0, 64).mapToObj(_ -> row).toList());
    List<String> names = IntStream.range(0, 64).mapToObj("é"::repeat).toList();
    Results largest =
        new Results(
            metrics,
            List.of(matrix, matrix),
            Optional.of(
                weights(
                    new Random(2)
                        .doubles(Results.Weights.NUMBERS_ABOUT_MAX)
                        .mapToObj(value -> -value * 1e-300)
                        .toList())),
            IntStream.range(0, Results.REMARKS_MAX)
                .mapToObj(_ -> "x".repeat(Results.REMARK_CHARS_MAX))
                .toList(),
            List.of(),
            Map.of("loss", "x".repeat(100)),
            names);

    ReportDocument sealed = ResultsBox.seal(REPORT, largest, PLAN, pair.getPublic(), RANDOM);

    assertThat(open(sealed, sealed)).isEqualTo(largest);
    // As base64 inside a job it is one string, and as CBOR one message between nodes.
    assertThat((long) Json.bytes(sealed).length)
        .isLessThan(Json.STRING_CHARS_MAX / 4 * 3)
        .isLessThan((1 << 20) - (64 << 10));
  }

  @Test
  void anUndefinedMetricIsNeitherANumberNorNothing() {
    Metric metric = Metric.of("auc", Optional.empty(), 3, Double.NaN, Undefined.ONE_CLASS);

    assertThat(metric.number()).isEmpty();
    assertThat(metric.undefined()).contains(Undefined.ONE_CLASS);
    assertThat(new String(Json.bytes(metric), StandardCharsets.UTF_8)).doesNotContain("NaN");
    assertThatThrownBy(() ->
            new Metric(
                "auc",
                Statistic.VALUE,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Double.NaN),
                Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            new Metric(
                "auc",
                Statistic.VALUE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private int length(Results results) throws Exception {
    ReportDocument sealed = ResultsBox.seal(REPORT, results, PLAN, pair.getPublic(), RANDOM);
    return Json.bytes(sealed).length;
  }

  private Results open(ReportDocument report, ReportDocument sealed) throws DocumentException {
    return ResultsBox.open(report, sealed.results().orElseThrow(), pair.getPrivate());
  }

  private static Results results(double loss, double weight, int epoch) {
    return new Results(
        List.of(
            Metric.of("loss", Optional.empty(), epoch, loss, Undefined.NO_NUMBER),
            Metric.of("auc", Optional.of(2), 1, weight, Undefined.UNDEFINED_FOLD)),
        List.of(
            new Confusion(
                Optional.empty(),
                epoch,
                List.of(List.of((long) epoch, 0L), List.of(3L, (long) epoch)))),
        Optional.of(weights(List.of(Double.isFinite(weight) ? weight : 1.0, 0.5))),
        List.of("stopped after epoch " + epoch),
        List.of(
            new Evaluation(
                Optional.empty(), Part.VALIDATION, Optional.of((long) epoch), Optional.of(epoch))),
        Map.of("loss", "log loss"),
        List.of("young", "old"));
  }

  private static Weights weights(List<Double> numbers) {
    return new Weights(
        "logistic",
        "scale",
        List.of("age"),
        List.of(new Tensor("weights", List.of(numbers.size(), 1), numbers)));
  }
}
