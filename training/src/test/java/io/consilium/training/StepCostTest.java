package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plan predicts is what the channels count. */
final class StepCostTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int ROUNDS_MAX = 24;

  private static Trial trial(
      ModelSpec model,
      TestCohort.Labelling labelling,
      int features,
      int batchSize,
      int epochs,
      Set<ReleasedValue> released)
      throws Exception {
    TestCohort cohort = new TestCohort(SEED, features, 0.1);
    List<PlainPart> sites = cohort.sites(labelling, 23, 17);
    TrainingSpec training = TrainingSpec.of(epochs, batchSize, 0.1, 3);
    return new Trial(new ProgramSpec(model, true, training), sites, sites, released);
  }

  /** Counted: two runs differ by one epoch of a single batch, so by exactly one step. */
  @ParameterizedTest
  @CsvSource({"1, 40", "5, 40", "30, 40", "200, 40"})
  void aLogisticStepCostsWhatItDeclares(int features, int rows) throws Exception {
    Cost one = counted(features, rows, 1);
    Cost two = counted(features, rows, 2);
    Trial trial =
        trial(new ModelSpec.Logistic(), TestCohort.logistic(0), features, rows, 1, Set.of());

    Cost step = two.since(one);

    assertThat(step.bytes()).isEqualTo(trial.plan.stepCost().bytes());
    assertThat(step.rounds()).isLessThanOrEqualTo(ROUNDS_MAX);
    assertThat(trial.plan.stepCost().rounds()).isEqualTo(21);
  }

  private static Cost counted(int features, int batchSize, int epochs) throws Exception {
    Trial trial =
        trial(
            new ModelSpec.Logistic(),
            TestCohort.logistic(0),
            features,
            batchSize,
            epochs,
            Set.of());
    return new ThreeParties(SEED).run(trial::train).counted();
  }

  /** The formula, from the cost table alone. */
  @ParameterizedTest
  @CsvSource({"1, 1", "7, 13", "30, 32", "200, 40", "5, 39"})
  void aLogisticStepCostsTheFormula(int features, int rows) throws Exception {
    TrainingPlan plan =
        trial(new ModelSpec.Logistic(), TestCohort.logistic(0), features, 40, 1, Set.of()).plan;
    Cost sigmoid =
        CostTable.negative(3L * rows, 32)
            .then(CostTable.bitProducts(3L * rows, rows))
            .then(CostTable.product(rows))
            .then(CostTable.product(2L * rows))
            .then(CostTable.truncate(new long[] {rows, rows, rows}, new int[] {12, 26, 40}))
            .then(CostTable.product(rows))
            .then(CostTable.product(rows))
            .then(CostTable.truncate(new long[] {rows}, new int[] {30}));
    Cost step =
        CostTable.product(rows)
            .then(CostTable.truncate(new long[] {rows}, new int[] {28}))
            .then(sigmoid)
            .then(CostTable.product(features + 1L))
            .then(
                CostTable.truncate(
                    new long[] {features + 1L},
                    new int[] {((GradientStep) plan.step()).scale().bits()}));

    assertThat(plan.stepCost(rows)).isEqualTo(step);
  }

  @Test
  void theRoundsOfAStepDependOnNothing() throws Exception {
    for (int rows : new int[] {1, 2, 64, 1000, 4096}) {
      for (int features : new int[] {1, 100, 4000}) {
        TrainingPlan plan =
            TrainingPlan.compile(
                new ProgramSpec(new ModelSpec.Logistic(), true, TrainingSpec.of(1, rows, 0.1, 0)),
                new DataLayout(features, List.of(rows + 1), List.of(0)),
                Set.of());

        assertThat(plan.stepCost().rounds()).isEqualTo(21);
      }
    }
  }

  @Test
  void aWholeRunCostsWhatThePlanSays() throws Exception {
    agrees(
        trial(
            new ModelSpec.Logistic(),
            TestCohort.logistic(0),
            4,
            16,
            3,
            EnumSet.of(
                ReleasedValue.LOSS,
                ReleasedValue.ACCURACY,
                ReleasedValue.CONFUSION,
                ReleasedValue.AUC,
                ReleasedValue.WEIGHTS)));
    agrees(
        trial(
            new ModelSpec.Linear(),
            TestCohort.number(),
            4,
            16,
            2,
            EnumSet.of(ReleasedValue.LOSS, ReleasedValue.R2)));
    agrees(
        trial(
            new ModelSpec.Softmax(3),
            TestCohort.threeClasses(),
            2,
            40,
            1,
            EnumSet.of(ReleasedValue.LOSS, ReleasedValue.ACCURACY)));
    agrees(
        trial(
            new ModelSpec.Logistic(),
            TestCohort.logistic(0),
            4,
            16,
            2,
            Set.of(ReleasedValue.WEIGHTS)));
  }

  private static void agrees(Trial trial) {
    ThreeParties.Outcome<Cost> outcome = new ThreeParties(SEED).run(trial::train);

    assertThat(outcome.results()).containsOnly(trial.plan.totalCost());
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }
}
