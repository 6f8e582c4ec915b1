package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.Schedule;
import io.consilium.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TrainingPlanTest {
  private static final DataLayout LAYOUT = new DataLayout(5, List.of(60, 40), List.of(20, 10));

  private static ProgramSpec logistic(TrainingSpec training) {
    return new ProgramSpec(new ModelSpec.Logistic(), true, training);
  }

  private static TrainingPlan plan(TrainingSpec training, ReleasedValue... released)
      throws InvalidSpecException {
    return TrainingPlan.compile(logistic(training), LAYOUT, List.of(released));
  }

  @Test
  void listsStepsAndEverythingThatIsOpened() throws Exception {
    TrainingPlan plan =
        TrainingPlan.compile(
            logistic(TrainingSpec.of(4, 32, 0.1, 1)),
            LAYOUT,
            EnumSet.allOf(ReleasedValue.class).stream()
                .filter(value -> value != ReleasedValue.R2)
                .toList());

    assertThat(plan.steps()).isEqualTo(16);
    assertThat(plan.disclosures())
        .containsExactly(
            new TrainingPlan.PlannedDisclosure(ReleasedValue.LOSS, 4),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.ACCURACY, 1),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.CONFUSION, 4),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.AUC, 1),
            new TrainingPlan.PlannedDisclosure(ReleasedValue.WEIGHTS, 6));
    assertThat(plan.totalCost().rounds()).isGreaterThan(16 * plan.stepCost().rounds());
  }

  @Test
  void equalDescriptionsHaveEqualDigests() throws Exception {
    TrainingPlan plan = plan(TrainingSpec.of(4, 32, 0.1, 1));

    assertThat(plan.digest()).hasSize(64).isEqualTo(plan(TrainingSpec.of(4, 32, 0.1, 1)).digest());
    Set<String> others = new HashSet<>();
    others.add(plan(TrainingSpec.of(5, 32, 0.1, 1)).digest());
    others.add(plan(TrainingSpec.of(4, 31, 0.1, 1)).digest());
    others.add(plan(TrainingSpec.of(4, 32, 0.11, 1)).digest());
    others.add(plan(TrainingSpec.of(4, 32, 0.1, 2)).digest());
    others.add(plan(TrainingSpec.of(4, 32, 0.1, 1), ReleasedValue.LOSS).digest());
    others.add(
        TrainingPlan.compile(
                logistic(TrainingSpec.of(4, 32, 0.1, 1)),
                new DataLayout(5, List.of(40, 60), List.of(20, 10)),
                Set.of())
            .digest());
    assertThat(others).hasSize(6).doesNotContain(plan.digest());
  }

  /** Recorded: parties on other machines and later versions must get the same. */
  @Test
  void theOrderOfRowsIsTheSameEverywhere() {
    BatchPlan batches = new BatchPlan(42, 10, 4);

    assertThat(batches.batches(0))
        .extracting(Arrays::toString)
        .containsExactly("[4, 3, 2, 6]", "[7, 0, 9, 8]", "[1, 5]");
  }

  @Test
  void everyEpochHasEveryRowOnceInAnOrderOfItsOwn() {
    BatchPlan batches = new BatchPlan(7, 103, 20);

    assertThat(batches.batchesPerEpoch()).isEqualTo(6);
    assertThat(batches.lastBatchRows()).isEqualTo(3);
    Set<String> orders = new HashSet<>();
    for (int epoch = 0; epoch < 5; epoch++) {
      List<int[]> epochBatches = batches.batches(epoch);
      int[] all = epochBatches.stream().flatMapToInt(Arrays::stream).toArray();
      orders.add(Arrays.toString(all));
      Arrays.sort(all);
      assertThat(all).hasSize(103).startsWith(0, 1, 2).endsWith(101, 102).doesNotHaveDuplicates();
      assertThat(epochBatches.getLast()).hasSize(3);
    }
    assertThat(orders).hasSize(5);
  }

  @Test
  void aBatchLargerThanTheDataIsAllRows() {
    BatchPlan batches = new BatchPlan(7, 10, 64);

    assertThat(batches.batches(0)).hasSize(1);
    assertThat(batches.lastBatchRows()).isEqualTo(10);
  }

  @Test
  void refusesARateThatCannotBeRepresented() {
    assertThatThrownBy(() -> plan(TrainingSpec.of(1, 64, 1e-12, 0)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("training.learningRate")
        .hasMessageContaining("nearest possible rate");
  }

  @Test
  void refusesAnL2ThatCannotBeRepresented() {
    TrainingSpec training =
        new TrainingSpec(
            1, 64, 0.1, new Schedule.Constant(), 0.9, 1e-12, new ClassWeights.None(), 0, 16);

    assertThatThrownBy(() -> plan(training))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("training.l2");
  }

  /** The sum of an update stays within the ring for the worst batch that the data can contain. */
  @Test
  void theUpdateKeepsToTheRing() throws Exception {
    for (int rows : new int[] {10, 500, 100_000}) {
      for (double momentum : new double[] {0, 0.5, 0.9, 0.99}) {
        for (int batch : new int[] {1, 64, 512}) {
          TrainingSpec training =
              new TrainingSpec(
                  3,
                  batch,
                  0.1,
                  new Schedule.Cosine(),
                  momentum,
                  0,
                  new ClassWeights.None(),
                  0,
                  16);
          BatchPlan batches = new BatchPlan(0, rows, batch);
          UpdateScale scale = UpdateScale.of(logistic(training), batches);

          // All of a feature's squares in one batch after the other, every error 1.
          double sum = 0;
          double part = Math.sqrt((double) rows / batches.batchSize());
          for (int step = 0; step < batches.batchesPerEpoch() && step < 2000; step++) {
            sum = momentum * sum + part / Math.sqrt(batches.batchesPerEpoch());
          }
          double velocity = 0.1 * Math.max(sum, part);
          assertThat(Math.scalb(velocity, 24 + scale.bits())).isLessThan(0x1p61);
          long factor = -scale.factors(0, batches.batchSize()).gradient();
          double rate = Math.scalb((double) factor * batches.batchSize(), 8 - scale.bits());
          assertThat(rate).isBetween(0.0999, 0.1001);
        }
      }
    }
  }

  @Test
  void refusesMetricsThatAreNotOffered() {
    DataLayout large = new DataLayout(5, List.of(60), List.of(70_000));

    assertThatThrownBy(() -> plan(TrainingSpec.of(1, 64, 0.1, 0), ReleasedValue.R2))
        .hasMessageContaining("'r2' is not offered for a logistic model");
    assertThatThrownBy(() ->
            TrainingPlan.compile(
                logistic(TrainingSpec.of(1, 64, 0.1, 0)), large, Set.of(ReleasedValue.AUC)))
        .hasMessageContaining("up to 65536 evaluated rows, and there are 70000");
    assertThatThrownBy(() ->
            TrainingPlan.compile(
                new ProgramSpec(new ModelSpec.Softmax(3), true, TrainingSpec.of(1, 64, 0.1, 0)),
                LAYOUT,
                Set.of(ReleasedValue.AUC)))
        .hasMessageContaining("'auc' is not offered for a softmax model");
    assertThatThrownBy(() ->
            TrainingPlan.compile(
                new ProgramSpec(new ModelSpec.Linear(), true, TrainingSpec.of(1, 64, 0.1, 0)),
                LAYOUT,
                Set.of(ReleasedValue.ACCURACY)))
        .hasMessageContaining("'accuracy' is not offered for a linear model");
  }

  @Test
  void refusesDataOfImpossibleSize() {
    for (DataLayout layout :
        List.of(
            new DataLayout(5, List.of(1), List.of(0)),
            new DataLayout(0, List.of(10), List.of(0)),
            new DataLayout(20_000, List.of(10), List.of(0)),
            new DataLayout(5, List.of(2_000_000), List.of(0)))) {
      assertThatThrownBy(() ->
              TrainingPlan.compile(logistic(TrainingSpec.of(1, 64, 0.1, 0)), layout, Set.of()))
          .isInstanceOf(InvalidSpecException.class);
    }
  }

  @Test
  void theLayoutOfAModelSurvivesItsJson() throws Exception {
    ModelLayout layout = plan(TrainingSpec.of(1, 64, 0.1, 0)).modelLayout();

    assertThat(ModelLayout.parse(layout.toJson())).isEqualTo(layout);
    assertThat(layout.tensors()).containsKeys("weights", "intercepts", "means", "scales", "folded");
  }
}
