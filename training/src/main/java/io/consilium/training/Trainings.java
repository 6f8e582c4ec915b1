package io.consilium.training;

import io.consilium.protocols.Backend;
import java.util.List;

/** The trainings of a plan: those of its cross-validation, and that of the model. */
final class Trainings {
  private Trainings() {}

  static SharedModel run(
      Backend b,
      TrainingPlan plan,
      SecureDataSet data,
      Opener opener,
      TrainingListener listener,
      RowStores stores) {
    try (LegalRows legal = LegalRows.of(b, plan, data, stores, plan.evaluates())) {
      return run(b, plan, legal, opener, listener, stores);
    }
  }

  private static SharedModel run(
      Backend b,
      TrainingPlan plan,
      LegalRows legal,
      Opener opener,
      TrainingListener listener,
      RowStores stores) {
    List<Fold> folds = plan.folds();
    for (int i = 0; i < folds.size(); i++) {
      Fold fold = folds.get(i);
      listener.began(i + 1, folds.size());
      SharedModel _ =
          train(
              b,
              fold.plan(),
              fold.rowsOf(legal.data(), plan.layout()),
              opener,
              listener,
              stores,
              () -> {});
    }
    listener.began(0, folds.size());
    return train(b, plan, legal.data(), opener, listener, stores, legal::close);
  }

  /**
   * Trains on legal rows, which are not read any more from where it says that they are prepared.
   */
  private static SharedModel train(
      Backend b,
      TrainingPlan plan,
      SecureDataSet data,
      Opener opener,
      TrainingListener listener,
      RowStores stores,
      Runnable prepared) {
    TrainingProgram program = new TrainingProgram(b, plan, opener, listener, stores);
    var start = b.declared();
    try (Preparation.Prepared rows = program.prepare(data)) {
      prepared.run();
      TrainingProgram.Trained trained = program.train(rows, start);
      program.releaseRest(rows, trained.model(), trained.epoch());
      return trained.model();
    }
  }
}
