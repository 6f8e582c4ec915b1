package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

  private final Report report =
      new Report(
          new Outcome(
              "synthetic-heart",
              List.of(7L, 8L),
              List.of(
                  new Score("hospital-a", 440, 0.75, 0.8, 0.2),
                  new Score("hospital-b", 270, 0.5, 0.61234567, 0.1)),
              new Score("secure", 900, 0.8125, 0.9, 12.34),
              new Score("plaintext", 900, 0.8125, 0.901, 0.5),
              0.00012,
              0.00034,
              12,
              7_654_321,
              21,
              402,
              19,
              61.5));

  @Test
  void showsOneLineForEachModel() {
    assertThat(report.table().lines())
        .containsExactly(
            "MODEL                           RECORDS  ACCURACY  AUC    TIME    SENT PER PARTY "
                + " ROUNDS/STEP",
            "hospital-a alone                440      0.750     0.800  0.2 s   -               -",
            "hospital-b alone                270      0.500     0.612  0.1 s   -               -",
            "all together, secure            900      0.813     0.900  12.3 s  7.7 MB          19",
            "all together, plaintext (ND4J)  900      0.813     0.901  0.5 s   -               -");
  }

  @Test
  void saysHowFarSecureAndPlaintextAreApart() {
    assertThat(report.differences())
        .contains("means over 2 splits")
        .contains("The secure training took 21 steps and 402 rounds.")
        .contains("weights differ by at most 0.00012, 12 predictions by at most 0.00034.");
  }

  @Test
  void isOneJsonObjectOnOneLine() throws Exception {
    String line = report.json();

    assertThat(line).doesNotContain("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.at("/secure/accuracy").asDouble()).isEqualTo(0.8125);
    assertThat(json.at("/plaintext/auc").asDouble()).isEqualTo(0.901);
    assertThat(json.at("/hospitals/1/name").asText()).isEqualTo("hospital-b");
    assertThat(json.at("/hospitals/1/rows").asInt()).isEqualTo(270);
    assertThat(json.at("/hospitals/1/auc").asDouble()).isEqualTo(0.612346);
    assertThat(json.path("maxWeightDifference").asDouble()).isEqualTo(0.00012);
    assertThat(json.path("maxPredictionDifference").asDouble()).isEqualTo(0.00034);
    assertThat(json.path("seconds").asDouble()).isEqualTo(61.5);
    assertThat(json.path("bytesPerParty").asLong()).isEqualTo(7_654_321);
    assertThat(json.path("steps").asInt()).isEqualTo(21);
    assertThat(json.path("rounds").asInt()).isEqualTo(402);
    assertThat(json.path("roundsPerStep").asInt()).isEqualTo(19);
  }
}
