package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.Target;
import io.consilium.training.spec.TrainingSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A data holder that keeps to no rule: what it shares becomes one legal row each, and nothing else
 * changes.
 */
final class LegalRowsTest {
  private static final long SEED = Long.getLong("seed", 20261130L);
  private static final int FEATURES = 3;
  private static final int ROWS = 24;
  private static final int HOSTILE = 6;

  private static final Set<ReleasedValue> OF_CLASSES =
      Set.of(ReleasedValue.CONFUSION, ReleasedValue.ACCURACY, ReleasedValue.LOSS);

  /** Numbers that no honest site shares. */
  private static final long[] ILLEGAL = {
    1L << 8, 1L << 9, 1L << 62, -1, Long.MIN_VALUE, (1L << 33) + 7
  };

  /** What the hostile site shares, as codes. */
  private record Codes(long[] features, long[] presence, long[] labels) {}

  private static ProgramSpec spec(ModelSpec model) {
    return new ProgramSpec(model, true, TrainingSpec.of(2, 8, 0.5, 5));
  }

  private static Trial trial(ModelSpec model, List<PlainPart> sites, Set<ReleasedValue> released)
      throws Exception {
    return new Trial(spec(model), sites, List.of(), released);
  }

  private static List<PlainPart> sites(ModelSpec model) {
    TestCohort.Labelling labelling =
        switch (model.target()) {
          case NUMBER -> TestCohort.number();
          case TWO_CLASSES -> TestCohort.logistic(0);
          case CLASSES -> TestCohort.threeClasses();
        };
    return new TestCohort(SEED, FEATURES, 0.2).sites(labelling, ROWS, HOSTILE);
  }

  private static SecretTensor in(Backend b, Shape shape, FixedPoint format, long[] codes) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P1;
    return b.input(ComputeParty.P1, shape, format, owns ? codes : new long[0]);
  }

  /** The honest site's rows, and behind them those of the hostile one. */
  private static SecureDataSet shared(Backend b, Trial trial, Codes codes) {
    ModelSpec model = trial.plan.spec().model();
    SecureDataSet.Site honest = trial.share(b).sites().getFirst();
    Shape matrix = Shape.matrix(HOSTILE, FEATURES);
    SecurePart hostile =
        new SecurePart(
            in(b, matrix, Formats.FEATURES, codes.features()),
            in(b, matrix, FixedPoint.INTEGER, codes.presence()),
            in(
                b,
                SecurePart.labelShape(model, HOSTILE),
                SecurePart.labelFormat(model),
                codes.labels()));
    return new SecureDataSet(
        List.of(
            honest, new SecureDataSet.Site(Optional.of(hostile), Optional.<SecurePart>empty())));
  }

  private static Codes illegal(ModelSpec model) {
    int labels = SecurePart.labelShape(model, HOSTILE).size();
    return new Codes(
        repeated(HOSTILE * FEATURES, 0), repeated(HOSTILE * FEATURES, 2), repeated(labels, 1));
  }

  private static long[] repeated(int size, int from) {
    long[] codes = new long[size];
    Arrays.setAll(codes, i -> ILLEGAL[(i + from) % ILLEGAL.length]);
    return codes;
  }

  /** What the same codes are as legal ones, by the definition and not by the program. */
  private static Codes legal(ModelSpec model, Codes codes) {
    long[] presence = Arrays.stream(codes.presence()).map(code -> code & 1).toArray();
    long[] features = new long[presence.length];
    Arrays.setAll(features, i -> presence[i] * (codes.features()[i] & 0xffff_ffffL));
    long[] labels = codes.labels().clone();
    switch (model.target()) {
      case NUMBER -> Arrays.setAll(labels, i -> Math.clamp(labels[i], 0, 1 << 16));
      case TWO_CLASSES -> Arrays.setAll(labels, i -> labels[i] & 1);
      case CLASSES -> {
        int classes = model.classes();
        for (int row = 0; row < HOSTILE; row++) {
          int chosen = 0;
          for (int k = 1; k < classes; k++) {
            chosen = (labels[row * classes + k] & 1) == 1 ? k : chosen;
          }
          Arrays.fill(labels, row * classes, (row + 1) * classes, 0);
          labels[row * classes + chosen] = 1;
        }
      }
    }
    return new Codes(features, presence, labels);
  }

  private static List<double[]> rows(Backend b, Trial trial, Codes codes) {
    List<double[]> opened = new ArrayList<>();
    SecureDataSet data = shared(b, trial, codes);
    try (LegalRows legal = LegalRows.of(b, trial.plan, data, RowStores.IN_MEMORY, true)) {
      for (List<DataBlock> group : trial.plan.layout().trainingGroups()) {
        SecurePart part = legal.data().training(b, trial.plan, group);
        opened.add(Trial.opened(b, part.features()));
        opened.add(Trial.opened(b, part.presence().orElseThrow()));
        opened.add(Trial.opened(b, part.labels()));
      }
    }
    return opened;
  }

  private static List<ModelSpec> models() {
    return List.of(new ModelSpec.Logistic(), new ModelSpec.Softmax(3), new ModelSpec.Linear());
  }

  @Test
  void illegalElementsBecomeLegalOnesAndHonestOnesStay() throws Exception {
    for (ModelSpec model : models()) {
      Trial trial = trial(model, sites(model), Set.of(ReleasedValue.LOSS));
      Codes illegal = illegal(model);
      ClearBackend clear = new ClearBackend();
      List<double[]> expected = rows(clear, trial, legal(model, illegal));

      List<double[]> made =
          new ThreeParties(SEED).run(b -> rows(b, trial, illegal)).results().getFirst();

      for (int i = 0; i < expected.size(); i++) {
        assertThat(made.get(i)).as(model.type()).containsExactly(expected.get(i));
      }
      PlainPart honest = trial.trainingSites().getFirst();
      assertThat(Arrays.copyOf(made.get(1), ROWS * FEATURES)).containsExactly(honest.presence());
      assertThat(Arrays.copyOf(made.get(0), ROWS * FEATURES))
          .containsExactly(Formats.FEATURES.decode(Formats.featureCodes(honest.features())));
    }
  }

  /** Whatever the site shares, the run is that of some legal rows: nothing else can be opened. */
  @Test
  void aTrainingOnIllegalRowsIsOneOnLegalRows() throws Exception {
    for (ModelSpec model : models()) {
      Set<ReleasedValue> released =
          model.target() == Target.NUMBER
              ? Set.of(ReleasedValue.LOSS, ReleasedValue.R2)
              : OF_CLASSES;
      Trial trial = trial(model, sites(model), released);
      Codes illegal = illegal(model);

      List<TrainingListener.Released> hostile = releasedOf(trial, illegal);
      List<TrainingListener.Released> honest = releasedOf(trial, legal(model, illegal));

      assertThat(hostile).hasSameSizeAs(honest);
      for (int i = 0; i < hostile.size(); i++) {
        assertThat(hostile.get(i).numbers()).containsExactly(honest.get(i).numbers());
      }
    }
  }

  /** A label of 2^8 or 2^9 would have written its prediction into other digits of the counts. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 8, 1L << 9, 1L << 62, -1, 7, Long.MIN_VALUE})
  void everyRowCountsOnce(long label) throws Exception {
    for (ModelSpec model : List.of(new ModelSpec.Logistic(), new ModelSpec.Softmax(3))) {
      Trial trial = trial(model, sites(model), OF_CLASSES);
      long[] labels = new long[SecurePart.labelShape(model, HOSTILE).size()];
      Arrays.fill(labels, label);
      long[] present = new long[HOSTILE * FEATURES];
      Arrays.fill(present, 7);

      List<TrainingListener.Released> released =
          releasedOf(trial, new Codes(repeated(present.length, 0), present, labels));

      double[] confusion = only(released, ReleasedValue.CONFUSION);
      assertThat(Arrays.stream(confusion).sum()).isEqualTo(ROWS + HOSTILE);
      assertThat(Arrays.stream(confusion).min().orElseThrow()).isNotNegative();
      assertThat(only(released, ReleasedValue.ACCURACY)[0]).isBetween(0.0, 1.0);
      assertThat(only(released, ReleasedValue.LOSS)[0]).isBetween(0.0, 50.0);
      long[] ofHonest = new long[model.classes()];
      for (double y : trial.trainingSites().getFirst().labels()) {
        ofHonest[(int) y]++;
      }
      for (int k = 0; k < ofHonest.length; k++) {
        int row = k * ofHonest.length;
        double counted =
            Arrays.stream(Arrays.copyOfRange(confusion, row, row + ofHonest.length)).sum();
        assertThat(counted).isBetween((double) ofHonest[k], (double) ofHonest[k] + HOSTILE);
      }
    }
  }

  private static double[] only(List<TrainingListener.Released> released, ReleasedValue value) {
    return released.stream().filter(r -> r.value() == value).findFirst().orElseThrow().numbers();
  }

  private static List<TrainingListener.Released> releasedOf(Trial trial, Codes codes) {
    ClearBackend b = new ClearBackend();
    return trial.run(b, shared(b, trial, codes), RowStores.IN_MEMORY).released();
  }
}
