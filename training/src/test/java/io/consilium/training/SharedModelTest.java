package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SharedModelTest {
  /** Ties of the area under the curve, and answers to the same question, depend on it. */
  @Test
  void equalRowsHaveExactlyEqualScores() throws Exception {
    List<PlainPart> sites = new TestCohort(9, 5, 0.2).sites(TestCohort.logistic(0), 60, 40);
    Trial trial =
        new Trial(
            new ProgramSpec(new ModelSpec.Logistic(), true, TrainingSpec.of(3, 16, 0.2, 3)),
            sites,
            List.of(),
            Set.of());
    PlainPart row = new TestCohort(10, 5, 0.2).sites(TestCohort.logistic(0), 1).getFirst();
    PlainPart repeated = PlainPart.concatenated(java.util.Collections.nCopies(50, row));

    double[] scores =
        new ThreeParties(4)
            .run(b -> {
              SharedModel model =
                  SecureTrainer.run(
                      b, trial.plan, trial.share(b), Disclosures.none(), TrainingListener.NONE);
              SecretTensor centred =
                  model.centred(
                      b,
                      Trial.features(b, ComputeParty.P1, repeated),
                      Trial.presence(b, ComputeParty.P1, repeated));
              return Trial.opened(b, model.scores(b, centred));
            })
            .results()
            .getFirst();

    assertThat(Arrays.stream(scores).distinct().count()).isEqualTo(1);
    assertThat(Math.abs(scores[0] - trial.twin().scores(row)[0])).isLessThan(2e-3);
  }
}
