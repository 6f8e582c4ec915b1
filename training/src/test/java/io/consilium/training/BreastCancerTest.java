package io.consilium.training;

import static io.consilium.training.Trial.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.TwinModel;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.Schedule;
import io.consilium.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * The diagnostic records of breast cancer (WDBC), 569 rows of 30 features, dealt out to three
 * hospitals; each fifth is held out once.
 */
final class BreastCancerTest {
  private static final int FEATURES = 30;
  private static final int HOSPITALS = 3;
  private static final int FOLDS = 5;

  /** Upper bounds of the features as a study would declare them; the lower ones are 0. */
  private static final double[] UPPER = {
    40, 60, 250, 3000, 0.25, 0.5, 0.6, 0.3, 0.5, 0.15, 4, 6, 30, 700, 0.05, 0.2, 0.5, 0.08, 0.1,
    0.04, 50, 75, 350, 5500, 0.4, 1.5, 1.6, 0.4, 0.8, 0.3
  };

  /** Sees to it that no key expands an address twice (rule R1). */
  private static final class OnceOnly implements AddressLedger {
    private final Set<String> seen = new HashSet<>();
    private long repeated;

    @Override
    public void expanded(String keyName, Address address, long words) {
      if (!seen.add(keyName + "/" + address)) {
        repeated++;
      }
    }
  }

  @Test
  void threeHospitalsTrainAsWellAsOnPooledData() throws Exception {
    List<double[]> rows = rows();
    double accuracy = 0;
    double auc = 0;

    for (int fold = 0; fold < FOLDS; fold++) {
      Trial trial = trial(rows, fold);
      OnceOnly[] ledgers = {new OnceOnly(), new OnceOnly(), new OnceOnly()};
      Trial.Result secure = trial.onThreeParties(fold, ledgers).results().getFirst();
      TwinModel twin = trial.twin();
      PlainPart heldOut = trial.evaluatedRows();
      ClearMetrics expected = twin.metrics(heldOut);
      accuracy += secure.only(ReleasedValue.ACCURACY)[0] / FOLDS;
      auc += secure.only(ReleasedValue.AUC)[0] / FOLDS;

      assertThat(secure.only(ReleasedValue.AUC)[0]).isCloseTo(expected.auc(), Offset.offset(5e-4));
      assertThat(largestDifference(secure.weights(), twin.weights())).isLessThan(0.01);
      assertThat(largestDifference(secure.predictions(), twin.predict(heldOut))).isLessThan(0.01);
      for (OnceOnly ledger : ledgers) {
        assertThat(ledger.seen).isNotEmpty();
        assertThat(ledger.repeated).isZero();
      }
    }

    assertThat(accuracy).isGreaterThanOrEqualTo(0.965);
    assertThat(auc).isGreaterThanOrEqualTo(0.99);
  }

  private static Trial trial(List<double[]> rows, int fold) throws Exception {
    List<PlainPart> training = new ArrayList<>();
    List<PlainPart> validation = new ArrayList<>();
    for (int hospital = 0; hospital < HOSPITALS; hospital++) {
      training.add(part(rows, hospital, fold, false));
      validation.add(part(rows, hospital, fold, true));
    }
    TrainingSpec spec =
        new TrainingSpec(
            20, 64, 0.1, new Schedule.Constant(), 0.9, 0.001, new ClassWeights.None(), 42, 16);
    return new Trial(
        new ProgramSpec(new ModelSpec.Logistic(), true, spec),
        training,
        validation,
        EnumSet.of(ReleasedValue.ACCURACY, ReleasedValue.AUC));
  }

  /** Rows go to the hospitals in turn; each keeps every fifth of its own aside. */
  private static PlainPart part(List<double[]> rows, int hospital, int fold, boolean heldOut) {
    double[][] own =
        IntStream.range(0, rows.size())
            .filter(i -> i % HOSPITALS == hospital && (i / HOSPITALS % FOLDS == fold) == heldOut)
            .mapToObj(rows::get)
            .toArray(double[][]::new);
    double[] features = new double[own.length * FEATURES];
    double[] labels = new double[own.length];
    for (int i = 0; i < own.length; i++) {
      for (int j = 0; j < FEATURES; j++) {
        features[i * FEATURES + j] = own[i][j] / UPPER[j];
      }
      labels[i] = own[i][FEATURES];
    }
    double[] presence = new double[features.length];
    Arrays.fill(presence, 1);
    return new PlainPart(FEATURES, features, presence, labels);
  }

  private static List<double[]> rows() throws IOException {
    Path file = Path.of(System.getProperty("consilium.data", "data")).resolve("wdbc/wdbc.data");
    assumeTrue(
        Files.isRegularFile(file),
        () -> "skipped: no test data at " + file + " (set -Dconsilium.data=DIR)");
    List<double[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split(",", -1);
      double[] row = new double[FEATURES + 1];
      for (int j = 0; j < FEATURES; j++) {
        row[j] = Double.parseDouble(cells[j + 2]);
      }
      row[FEATURES] = cells[1].equals("M") ? 1 : 0;
      rows.add(row);
    }
    return rows;
  }
}
