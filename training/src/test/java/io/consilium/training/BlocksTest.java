package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.Schedule;
import io.consilium.training.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Training on rows that come in blocks is the training on all of them. */
final class BlocksTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int FEATURES = 4;
  private static final int BLOCK_ROWS = 7;
  private static final Set<ReleasedValue> RELEASED =
      EnumSet.of(
          ReleasedValue.LOSS,
          ReleasedValue.ACCURACY,
          ReleasedValue.CONFUSION,
          ReleasedValue.AUC,
          ReleasedValue.WEIGHTS);

  /** Sites of 23, 5, 4 and 17 rows: several blocks, two small ones that go together. */
  private static Trial trial(boolean mayMiss, boolean validates, int blockRows) throws Exception {
    TestCohort cohort = new TestCohort(SEED, FEATURES, mayMiss ? 0.2 : 0);
    List<PlainPart> sites = cohort.sites(TestCohort.logistic(0), 23, 5, 4, 17);
    TrainingSpec training =
        new TrainingSpec(
            2, 16, 0.1, new Schedule.Constant(), 0.9, 0, new ClassWeights.Balanced(), 3, 16);
    return new Trial(
        new ProgramSpec(new ModelSpec.Logistic(), true, training),
        sites,
        validates ? sites.reversed() : List.of(),
        RELEASED,
        mayMiss,
        blockRows);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void costExactlyWhatThePlanDeclares(boolean mayMiss, boolean validates) throws Exception {
    Trial trial = trial(mayMiss, validates, BLOCK_ROWS);

    ThreeParties.Outcome<Cost> outcome = new ThreeParties(SEED).run(trial::train);

    assertThat(outcome.results()).containsOnly(trial.plan.totalCost());
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void makeTheSameModelAsRowsInOnePiece(boolean mayMiss, boolean validates) throws Exception {
    Trial.Result whole = trial(mayMiss, validates, 1000).inTheClear();
    Trial trial = trial(mayMiss, validates, BLOCK_ROWS);

    Trial.Result clear = trial.inTheClear();
    Trial.Result secure = trial.onThreeParties(SEED).results().getFirst();

    for (Trial.Result result : List.of(clear, secure)) {
      assertThat(Trial.largestDifference(result.means(), whole.means())).isLessThan(3e-7);
      assertThat(Trial.largestDifference(result.scales(), whole.scales())).isLessThan(2e-3);
      assertThat(Trial.largestDifference(result.weights(), whole.weights())).isLessThan(2e-3);
      assertThat(result.only(ReleasedValue.LOSS)[0])
          .isCloseTo(whole.only(ReleasedValue.LOSS)[0], within(2e-3));
      assertThat(result.only(ReleasedValue.CONFUSION))
          .isEqualTo(whole.only(ReleasedValue.CONFUSION));
      assertThat(result.only(ReleasedValue.AUC)[0])
          .isCloseTo(whole.only(ReleasedValue.AUC)[0], within(1e-4));
    }
  }

  @Test
  void withoutMissingValuesTheWeightsAreThoseOfTheTwin() throws Exception {
    Trial trial = trial(false, true, BLOCK_ROWS);

    double[] weights = trial.inTheClear().weights();

    assertThat(Trial.largestDifference(weights, trial.twin().weights())).isLessThan(2e-3);
  }

  /** Rows that fit a block cost what they cost before there were blocks. */
  @Test
  void sitesThatFitABlockShareTheirRounds() throws Exception {
    Cost together = trial(true, true, 1000).plan.totalCost();
    Cost apart = trial(true, true, BLOCK_ROWS).plan.totalCost();

    assertThat(trial(true, true, 49).plan.totalCost()).isEqualTo(together);
    assertThat(apart.rounds()).isGreaterThan(together.rounds());
  }

  @Test
  void publicPresenceCostsNoImputation() throws Exception {
    Cost secret = trial(true, true, 1000).plan.totalCost();
    Cost open = trial(false, true, 1000).plan.totalCost();

    // A product for each of 49 training and 49 validation rows, and the reciprocal of the counts.
    assertThat(secret.bytes() - open.bytes()).isGreaterThan(24L * 2 * 49 * FEATURES);
    assertThat(open.rounds()).isLessThan(secret.rounds() - 30);
  }

  @Test
  void blocksOfALayoutCoverEveryRowOnce() {
    DataLayout layout = new DataLayout(3, false, List.of(23, 5, 0, 2, 17), List.of(), 7);

    List<List<DataBlock>> groups = layout.trainingGroups();

    assertThat(groups).hasSize(8);
    assertThat(groups.get(3)).containsExactly(new DataBlock(0, 21, 23), new DataBlock(1, 0, 5));
    assertThat(groups.get(4)).containsExactly(new DataBlock(3, 0, 2));
    assertThat(groups.stream().flatMap(List::stream).mapToInt(DataBlock::rows).sum()).isEqualTo(47);
    assertThat(groups)
        .allMatch(group -> group.stream().mapToInt(DataBlock::rows).sum() <= layout.blockRows());
    assertThat(layout.validationGroups()).isEmpty();
  }

  /** Loads rows of a part and remembers what was loaded and discarded. */
  private static final class Watched implements SharedRows {
    private final SharedRows rows;
    private final Set<DataBlock> discarded = new HashSet<>();

    Watched(SharedRows rows) {
      this.rows = rows;
    }

    @Override
    public SecurePart load(Backend b, DataBlock block) {
      assertThat(block.rows()).isBetween(1, BLOCK_ROWS);
      assertThat(discarded).doesNotContain(block);
      return rows.load(b, block);
    }

    @Override
    public void discard(DataBlock block) {
      assertThat(discarded.add(block)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void areLoadedOneByOneAndDiscardedOnce(boolean mayMiss, boolean validates) throws Exception {
    Trial trial = trial(mayMiss, validates, BLOCK_ROWS);
    Backend clear = new ClearBackend();
    List<Watched> parts = new ArrayList<>();
    List<SecureDataSet.Site> sites = new ArrayList<>();
    for (SecureDataSet.Site site : trial.share(clear).sites()) {
      Watched training = new Watched(site.training());
      Watched validation = new Watched(site.validation());
      parts.addAll(List.of(training, validation));
      sites.add(new SecureDataSet.Site(training, validation));
    }

    Trial.Result result = trial.run(clear, new SecureDataSet(sites), RowStores.IN_MEMORY);

    assertThat(result.weights()).isEqualTo(trial.inTheClear().weights());
    int blocks = parts.stream().mapToInt(part -> part.discarded.size()).sum();
    assertThat(blocks).isEqualTo(validates ? 18 : 9);
  }

  @Test
  void presenceThatThePlanDoesNotKnowIsRefused() throws Exception {
    Backend clear = new ClearBackend();
    SecureDataSet withPresence = trial(true, true, BLOCK_ROWS).share(clear);
    Trial without = trial(false, true, BLOCK_ROWS);

    assertThatThrownBy(() -> without.run(clear, withPresence, RowStores.IN_MEMORY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("site 0: presence is shared");
  }

  @Test
  void rowsOfSeveralChunksAreSelectedInAnyOrder() {
    Backend clear = new ClearBackend();
    RowStore store = new RowsInMemory();
    store.append(clear, List.of(codes(clear, 0, 3), codes(clear, 100, 3)));
    store.append(clear, List.of(codes(clear, 3, 1), codes(clear, 103, 1)));
    store.append(clear, List.of(codes(clear, 4, 5), codes(clear, 104, 5)));

    List<SecretTensor> selected = store.select(clear, new int[] {8, 0, 3, 3, 5, 2});

    assertThat(store.rows()).isEqualTo(9);
    assertThat(Trial.opened(clear, selected.getFirst())).containsExactly(8, 0, 3, 3, 5, 2);
    assertThat(Trial.opened(clear, selected.getLast()))
        .containsExactly(108, 100, 103, 103, 105, 102);
    assertThat(Trial.opened(clear, store.range(clear, 2, 6).getFirst()))
        .containsExactly(2, 3, 4, 5);
    assertThatThrownBy(() -> store.select(clear, new int[] {1, 9}))
        .hasMessageContaining("row 9 is not among the 9");
  }

  private static SecretTensor codes(Backend b, int from, int count) {
    long[] codes = LongStream.range(from, from + count).toArray();
    return b.constant(Shape.vector(count), FixedPoint.INTEGER, Arrays.copyOf(codes, count));
  }
}
