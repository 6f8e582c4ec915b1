package io.consilium.training;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plan gives on the clear reference: the very program that the parties run on shares, on
 * numbers that everybody may see.
 *
 * @param weights everything that was trained, flat in the order of the layout
 * @param scores outputs for the evaluated rows, row by row
 * @param predictions for the evaluated rows, row by row
 * @param released every value that the program opened, in its order
 */
public record ClearTraining(
    double[] weights,
    double[] scores,
    double[] predictions,
    List<TrainingListener.Released> released) {

  /**
   * Runs a plan.
   *
   * @param data what was planned: the same sites, rows and features, as tensors of the backend
   */
  public static ClearTraining run(
      ClearBackend b, TrainingPlan plan, SecureDataSet data, TrainingListener listener) {
    data.requireFits(plan);
    List<TrainingListener.Released> released = new ArrayList<>();
    TrainingListener both =
        new TrainingListener() {
          @Override
          public void progressed(Progress progress) {
            listener.progressed(progress);
          }

          @Override
          public void released(Released value) {
            released.add(value);
            listener.released(value);
          }
        };
    Opener opener = (_, x) -> ClearBackend.codes(x);
    TrainingProgram program = new TrainingProgram(b, plan, opener, both);
    TrainingProgram.Prepared prepared = program.prepare(data);
    SharedModel model = program.train(prepared, b.declared());
    program.releaseRest(prepared, model);

    boolean validates = plan.layout().hasValidation();
    SecurePart evaluated =
        SecurePart.concatenated(b, validates ? data.validation() : data.training());
    SecretTensor centred = model.centred(b, evaluated.features(), evaluated.presence());
    return new ClearTraining(
        decoded(b.concatenate(model.trained().stream().map(x -> Arrangement.flat(b, x)).toList())),
        decoded(model.scores(b, centred)),
        decoded(model.predict(b, evaluated.features(), evaluated.presence())),
        released);
  }

  private static double[] decoded(SecretTensor x) {
    return x.format().decode(ClearBackend.codes(x));
  }

  @Override
  public String toString() {
    return "ClearTraining[***]";
  }
}
