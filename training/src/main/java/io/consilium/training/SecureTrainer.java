package io.consilium.training;

import io.consilium.protocols.Backend;

/** Runs a training plan on shared data. */
public final class SecureTrainer {
  private SecureTrainer() {}

  /**
   * Trains a model: joint preprocessing, gradient steps, and the values on the disclosure list.
   *
   * <p>Every party calls it with the same plan. Rounds and bytes: {@link TrainingPlan#totalCost}.
   * Security: that of the backend. Leaks: the plan, and what the disclosures release.
   *
   * @param data what was planned: the same sites, rows and features
   * @param disclosures one for every value that the plan releases
   * @param listener gets progress and released values, and may cancel
   * @param stores where this party keeps the rows; closed at the end
   * @return the model, as shares
   * @throws IllegalArgumentException if the data is not what was planned
   * @throws IllegalStateException if a disclosure is missing, before anything is computed
   * @throws TrainingCancelledException if the listener asked for it
   * @throws TrainingDivergedException if the opened losses show that the numbers are of no use, at
   *     all parties after the same epoch
   */
  public static SharedModel run(
      Backend backend,
      TrainingPlan plan,
      SecureDataSet data,
      Disclosures disclosures,
      TrainingListener listener,
      RowStores stores) {
    data.requireFits(plan);
    disclosures.requireCover(plan);
    Opener opener = (value, x) -> backend.open(x, disclosures.of(value));
    return Trainings.run(backend, plan, data, opener, listener, stores);
  }

  /** Trains with all rows in memory. */
  public static SharedModel run(
      Backend backend,
      TrainingPlan plan,
      SecureDataSet data,
      Disclosures disclosures,
      TrainingListener listener) {
    return run(backend, plan, data, disclosures, listener, RowStores.IN_MEMORY);
  }
}
