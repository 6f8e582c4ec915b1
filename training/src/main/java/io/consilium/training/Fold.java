package io.consilium.training;

import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * One training of a cross-validation: without the rows of its fold, and judged on these. Which rows
 * of a site are in which fold depends on the public seed and the number of rows only; labels are
 * secret, so folds cannot be stratified.
 *
 * @param plan of this training, with the means and deviations of its own rows
 * @param trainingRows rows of each site, as indices into the site's training rows in their order
 * @param heldOutRows the others
 */
record Fold(TrainingPlan plan, List<int[]> trainingRows, List<int[]> heldOutRows) {
  /**
   * The folds of a program.
   *
   * @param released of the whole program; the weights of these models are not
   */
  static List<Fold> of(ProgramSpec spec, DataLayout layout, Set<ReleasedValue> released)
      throws InvalidSpecException {
    if (spec.control().crossValidation().isEmpty()) {
      return List.of();
    }
    int count = spec.control().crossValidation().get().folds();
    if (layout.trainingTotal() < 2 * count) {
      throw new InvalidSpecException(
          "training.crossValidation.folds",
          "%d folds need %d training rows or more, and there are %d"
              .formatted(count, 2 * count, layout.trainingTotal()));
    }
    Set<ReleasedValue> ofFolds = ReleasedValue.withoutWeights(released);
    ProgramSpec single = spec.with(spec.control().ofOneTraining());
    List<Fold> folds = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      List<int[]> training = new ArrayList<>();
      List<int[]> heldOut = new ArrayList<>();
      for (int site = 0; site < layout.trainingRows().size(); site++) {
        int[] foldOfRow = foldOfRow(spec, layout, site, count);
        int wanted = fold;
        training.add(rowsWhere(foldOfRow, each -> each != wanted));
        heldOut.add(rowsWhere(foldOfRow, each -> each == wanted));
      }
      DataLayout ofFold =
          new DataLayout(
              layout.features(),
              layout.mayMiss(),
              counts(training),
              counts(heldOut),
              layout.blockRows());
      folds.add(new Fold(TrainingPlan.compile(single, ofFold, ofFolds), training, heldOut));
    }
    return folds;
  }

  private static int[] rowsWhere(int[] foldOfRow, IntPredicate wanted) {
    return IntStream.range(0, foldOfRow.length)
        .filter(row -> wanted.test(foldOfRow[row]))
        .toArray();
  }

  private static List<Integer> counts(List<int[]> rows) {
    return rows.stream().map(indices -> indices.length).toList();
  }

  /** The fold of each row of a site. Sites begin with different folds, so totals are even too. */
  private static int[] foldOfRow(ProgramSpec spec, DataLayout layout, int site, int count) {
    int[] order =
        new PublicRandom(spec.training().seed(), "consilium folds of site " + site)
            .permutation(layout.trainingRows().get(site));
    int[] foldOfRow = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      foldOfRow[order[i]] = (i + site) % count;
    }
    return foldOfRow;
  }

  /**
   * The rows of this training.
   *
   * @param whole layout of the data
   */
  SecureDataSet rowsOf(SecureDataSet data, DataLayout whole) {
    List<SecureDataSet.Site> sites = new ArrayList<>();
    for (int site = 0; site < data.sites().size(); site++) {
      SharedRows all = data.sites().get(site).training();
      int rows = whole.trainingRows().get(site);
      sites.add(
          new SecureDataSet.Site(
              new SelectedRows(all, rows, whole.blockRows(), trainingRows.get(site)),
              new SelectedRows(all, rows, whole.blockRows(), heldOutRows.get(site))));
    }
    return new SecureDataSet(sites);
  }

  /** Equal folds have equal numbers. */
  int digest() {
    int digest = plan.digest().hashCode();
    for (int[] rows : heldOutRows) {
      digest = 31 * digest + Arrays.hashCode(rows);
    }
    return digest;
  }
}
