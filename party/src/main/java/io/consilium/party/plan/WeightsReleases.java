package io.consilium.party.plan;

import io.consilium.party.policy.WeightsRelease;
import io.consilium.training.spec.EarlyStopping;
import io.consilium.training.spec.OptimiserSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingSpec;
import java.util.Optional;
import java.util.stream.IntStream;

/** How little training a program may do before its weights are opened; known before any data. */
final class WeightsReleases {
  /** A part of the largest learning rate from which on an epoch counts. */
  private static final double COUNTING_RATE = 0.1;

  private WeightsReleases() {}

  static WeightsRelease of(ProgramSpec program) {
    TrainingSpec training = program.training();
    int epochs = fewestEpochs(training.epochs(), program.control().earlyStopping());
    double largest =
        IntStream.range(0, training.epochs())
            .mapToDouble(training::learningRate)
            .max()
            .orElseThrow();
    int counting =
        (int)
            IntStream.range(0, epochs)
                .filter(epoch -> training.learningRate(epoch) >= COUNTING_RATE * largest)
                .count();
    return new WeightsRelease(counting, training.batchSize(), distance(training, epochs));
  }

  /** With the best model restored, that may be the one of the first epoch. */
  private static int fewestEpochs(int epochs, Optional<EarlyStopping> stopping) {
    return stopping
        .map(rule -> rule.restoreBest() ? 1 : Math.min(epochs, rule.patience() + 1))
        .orElse(epochs);
  }

  private static double distance(TrainingSpec training, int epochs) {
    return switch (training.optimiser()) {
      case OptimiserSpec.Sgd sgd ->
          IntStream.range(0, epochs).mapToDouble(training::learningRate).sum()
              / (1 - sgd.momentum());
      case OptimiserSpec.AdamOf _ -> Double.POSITIVE_INFINITY;
    };
  }
}
