package io.consilium.training;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import java.util.List;

/**
 * What a plan gives on the clear reference: the very program that the parties run on shares, on
 * numbers that everybody may see.
 *
 * @param weights everything that was trained, flat in the order of the layout
 * @param scales one over the standard deviation of each feature
 * @param scores outputs for the evaluated rows, row by row
 * @param predictions for the evaluated rows, row by row
 */
public record ClearTraining(
    double[] weights, double[] scales, double[] scores, double[] predictions) {

  /**
   * Runs a plan.
   *
   * @param data what was planned: the same sites, rows and features, as tensors of the backend
   * @param listener gets progress and everything that the program opens
   * @throws TrainingDivergedException as the parties would
   */
  public static ClearTraining run(
      ClearBackend b, TrainingPlan plan, SecureDataSet data, TrainingListener listener) {
    data.requireFits(plan);
    Opener opener = (_, x) -> ClearBackend.codes(x);
    SharedModel model = Trainings.run(b, plan, data, opener, listener, RowStores.IN_MEMORY);
    DataLayout layout = plan.layout();
    SecurePart evaluated =
        layout.hasValidation()
            ? data.validation(b, plan, joined(layout.validationGroups()))
            : data.training(b, plan, joined(layout.trainingGroups()));
    SecretTensor features = evaluated.features();
    SecretTensor presence =
        evaluated
            .presence()
            .orElseGet(() -> Arrangement.constant(b, features.shape(), FixedPoint.INTEGER, 1));
    return new ClearTraining(
        decoded(b.concatenate(model.trained().stream().map(x -> Arrangement.flat(b, x)).toList())),
        decoded(model.tensor(ModelLayout.SCALES)),
        decoded(model.scores(b, model.centred(b, features, presence))),
        decoded(model.predict(b, features, presence)));
  }

  private static List<DataBlock> joined(List<List<DataBlock>> groups) {
    return groups.stream().flatMap(List::stream).toList();
  }

  private static double[] decoded(SecretTensor x) {
    return x.format().decode(ClearBackend.codes(x));
  }

  @Override
  public String toString() {
    return "ClearTraining[***]";
  }
}
