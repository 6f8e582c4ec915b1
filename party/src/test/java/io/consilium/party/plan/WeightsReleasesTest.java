package io.consilium.party.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.party.Studies;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.WeightsRelease;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is the least that a program may train before its weights are opened. */
final class WeightsReleasesTest {
  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");

  private final ObjectNode manifest = Studies.logistic("risk", ALL, ALL);
  private final ObjectNode training = manifest.withObject("training").put("epochs", 20);

  @Test
  void countsEpochsBatchesAndLearningRates() throws Exception {
    assertThat(release().epochs()).isEqualTo(20);
    assertThat(release().batchRows()).isEqualTo(32);
    // 20 epochs at 0.1 with momentum 0.5.
    assertThat(release().distance()).isCloseTo(4, within(1e-9));
  }

  @Test
  void doesNotCountEpochsWhoseStepsVanish() throws Exception {
    training.putObject("schedule").put("type", "step").put("every", 1).put("factor", 1e-3);

    assertThat(release().epochs()).isEqualTo(1);
  }

  @Test
  void countsWithEarlyStoppingWhatIsSure() throws Exception {
    training.putObject("earlyStopping").put("metric", "accuracy").put("patience", 3);
    assertThat(release().epochs()).as("the first epoch may be the best").isEqualTo(1);

    training.withObject("earlyStopping").put("restoreBest", false);
    assertThat(release().epochs()).isEqualTo(4);
  }

  @Test
  void weightsGoToAResearcherIfTheyFitAReport() throws Exception {
    Studies.disclose(manifest, "weights", "researcher");
    assertThat(PlanCompiler.program(parsed(manifest)).layout().size()).isPositive();
    ObjectNode wide = Studies.wide("wide", ALL, ALL, false);
    Studies.disclose(wide, "weights", "researcher");

    assertThatThrownBy(() -> PlanCompiler.program(parsed(wide)))
        .hasMessageContaining("disclosures[")
        .hasMessageContaining("weights go to a researcher up to about 6000 numbers");
  }

  private WeightsRelease release() throws Exception {
    return WeightsReleases.of(PlanCompiler.program(parsed(manifest)).spec());
  }

  private static Manifest parsed(ObjectNode json) throws Exception {
    return Manifest.parse(Json.bytes(json));
  }
}
