package io.consilium.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.training.network.NetworkState;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import io.consilium.training.spec.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of one kind of training. What they change is a state of named parameters. */
sealed interface TrainingStep permits GradientStep, NetworkTraining {
  /**
   * The steps of a program.
   *
   * @param batches of the run; with other rows, larger batches only make more demands
   * @throws InvalidSpecException if layers do not fit or a number cannot be represented
   */
  static TrainingStep of(ProgramSpec spec, int features, BatchPlan batches)
      throws InvalidSpecException {
    return switch (spec.model()) {
      case ModelSpec.Linear _, ModelSpec.Logistic _, ModelSpec.Softmax _ ->
          GradientStep.of(spec, features, batches);
      case Neural network -> NetworkTraining.of(network, spec.training(), features, batches);
    };
  }

  /**
   * Rows of a step.
   *
   * @param rows [n, columns], prepared
   * @param weightedRows the rows times their class weights, if there are any; for a network the
   *     weights themselves, [n, 1]
   * @param labels as in {@link SecurePart}
   */
  record Batch(SecretTensor rows, Optional<SecretTensor> weightedRows, SecretTensor labels) {
    List<SecretTensor> tensors() {
      List<SecretTensor> tensors = new ArrayList<>(List.of(rows, labels));
      weightedRows.ifPresent(tensors::add);
      return tensors;
    }

    static Batch of(List<SecretTensor> tensors) {
      return new Batch(tensors.getFirst(), tensors.stream().skip(2).findFirst(), tensors.get(1));
    }
  }

  /** How much the rows count. */
  ClassWeights classWeights();

  /**
   * Rows as the steps take them.
   *
   * @param prepared [n, d], with the fraction bits of the program
   * @param labels as in {@link SecurePart}
   * @param weights of {@link #classWeights}, over all rows
   */
  Batch batch(Backend b, SecretTensor prepared, SecretTensor labels, SampleWeights weights);

  /** The state before the first step: public numbers, which cost nothing to share. */
  NetworkState initial(Backend b);

  /** The state after a step, in an epoch from 0 on. */
  NetworkState apply(Backend b, NetworkState state, Batch batch, int epoch);

  /** The model that a state makes, with the statistics that rows were prepared with. */
  SharedModel model(
      Backend b, ModelLayout layout, NetworkState state, SecretTensor means, Deviations deviations);

  /** Adds what all parties must have alike and the description does not say. */
  void describe(ObjectNode plan);

  /** The layers in their order; one, if the model is linear in the features. */
  List<PlannedLayer> layers();

  /** What the values of a step are assumed to be. */
  List<DeclaredRange> ranges();
}
