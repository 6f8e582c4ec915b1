package io.consilium.training.plain;

import io.consilium.training.TrainingPlan;
import io.consilium.training.network.Network;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import io.consilium.training.spec.TrainingSpec;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The training of a plan in the clear and in double precision: same preprocessing, initial weights,
 * batches and schedule. What it differs by is what the fixed-point arithmetic and the approximate
 * functions of the secure program cost.
 */
public final class PlaintextTwin {
  private final TrainingPlan plan;
  private final ModelSpec model;
  private final TrainingSpec training;
  private final int epochs;

  private PlaintextTwin(TrainingPlan plan, int epochs) {
    this.epochs = epochs;
    this.plan = plan;
    this.model = plan.spec().model();
    this.training = plan.spec().training();
  }

  /**
   * Trains on the rows of all sites of the plan, one behind the other.
   *
   * @param evaluated the rows on which the losses of the epochs are computed
   */
  public static TwinModel train(TrainingPlan plan, PlainPart rows, PlainPart evaluated) {
    return train(plan, rows, evaluated, plan.spec().training().epochs());
  }

  /** Trains for the first epochs of the plan only. */
  static TwinModel train(TrainingPlan plan, PlainPart rows, PlainPart evaluated, int epochs) {
    if (rows.rows() != plan.layout().trainingTotal()
        || rows.columns() != plan.layout().features()) {
      throw new IllegalArgumentException(rows + " is not what the plan says");
    }
    Standardisation standardisation = Standardisation.of(plan.spec().standardise(), rows);
    PlaintextTwin twin = new PlaintextTwin(plan, epochs);
    return plan.spec().model() instanceof Neural network
        ? twin.train(network, standardisation, rows, evaluated)
        : twin.train(standardisation, rows, evaluated);
  }

  private TwinModel train(
      Neural network, Standardisation standardisation, PlainPart rows, PlainPart evaluated) {
    int outputs = model.outputs();
    double[] x = prepared(standardisation, rows);
    double[] y = targets(rows.labels());
    double[] weights = sampleWeights(rows.labels());
    NetworkTwin twin =
        new NetworkTwin(
            network(network, rows.columns()),
            training.networkOptimiser(plan.batches().batchSize()),
            training.seed());
    TwinModel.ToDoubleRows scorer =
        part -> twin.scores(prepared(standardisation, part), part.rows());
    double[] losses = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] batch : plan.batches().batches(epoch)) {
        double[] batchX = select(x, rows.columns(), batch);
        double[] batchY = select(y, outputs, batch);
        double[] batchWeights = select(weights, 1, batch);
        twin.step(batchX, batchY, batchWeights, batch.length, training.learningRate(epoch));
      }
      losses[epoch] = ClearMetrics.loss(model, scorer.scores(evaluated), evaluated.labels());
    }
    double[] parameters = twin.parameters().stream().flatMapToDouble(Arrays::stream).toArray();
    return new TwinModel(model, scorer, parameters, losses);
  }

  private static Network network(Neural network, int features) {
    try {
      return network.network(features);
    } catch (InvalidSpecException e) {
      throw new IllegalStateException("the plan has compiled with these layers", e);
    }
  }

  private static double[] prepared(Standardisation standardisation, PlainPart rows) {
    try (INDArray prepared = standardisation.prepared(rows)) {
      return prepared.dup('c').data().asDouble();
    }
  }

  private TwinModel train(Standardisation standardisation, PlainPart rows, PlainPart evaluated) {
    double[] losses = new double[epochs];
    int outputs = model.outputs();
    int width = rows.columns() + 1;
    double[] x;
    double[] weighted;
    try (INDArray prepared = standardisation.preparedWithOnes(rows);
        INDArray sampleWeights = Nd4j.createFromArray(sampleWeights(rows.labels()));
        INDArray product = prepared.mulColumnVector(sampleWeights)) {
      x = prepared.data().asDouble();
      weighted = product.data().asDouble();
    }
    double[] y = targets(rows.labels());
    try (INDArray evaluatedX = standardisation.preparedWithOnes(evaluated);
        INDArray weights = Nd4j.zeros(DataType.DOUBLE, width, outputs);
        INDArray velocity = Nd4j.zeros(DataType.DOUBLE, width, outputs)) {
      for (int epoch = 0; epoch < epochs; epoch++) {
        for (int[] batch : plan.batches().batches(epoch)) {
          try (INDArray batchX = selected(x, width, batch);
              INDArray batchWeighted = selected(weighted, width, batch);
              INDArray batchY = selected(y, outputs, batch)) {
            step(batchX, batchWeighted, batchY, weights, velocity, epoch);
          }
        }
        try (INDArray scores = evaluatedX.mmul(weights)) {
          double[] linear = scores.data().asDouble();
          losses[epoch] = ClearMetrics.loss(model, linear, evaluated.labels());
        }
      }
      double[] trained = weights.data().asDouble();
      return new TwinModel(
          model, part -> linearScores(standardisation, trained, outputs, part), trained, losses);
    }
  }

  private static double[] linearScores(
      Standardisation standardisation, double[] weights, int outputs, PlainPart rows) {
    try (INDArray matrix =
            Nd4j.createFromArray(weights).reshape(weights.length / outputs, outputs);
        INDArray prepared = standardisation.preparedWithOnes(rows);
        INDArray scores = prepared.mmul(matrix)) {
      return scores.dup('c').data().asDouble();
    }
  }

  /** Rows at indices. ND4J's own selection of rows takes longer than the whole step. */
  private static INDArray selected(double[] rows, int width, int[] indices) {
    return Nd4j.createFromArray(select(rows, width, indices)).reshape(indices.length, width);
  }

  private static double[] select(double[] rows, int width, int[] indices) {
    double[] selection = new double[indices.length * width];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(rows, indices[i] * width, selection, i * width, width);
    }
    return selection;
  }

  /** v = mu v - rate (g / rows + l2 w), w = w + v; no L2 for the intercepts in the last row. */
  private void step(
      INDArray x, INDArray weighted, INDArray y, INDArray weights, INDArray velocity, int epoch) {
    double rate = training.learningRate(epoch);
    try (INDArray scores = x.mmul(weights);
        INDArray error = TwinModel.predictions(model, scores).subi(y);
        INDArray gradient = weighted.transpose().mmul(error).divi(x.rows());
        INDArray decay = weights.mul(training.l2())) {
      decay.getRow(decay.rows() - 1).assign(0);
      velocity.muli(training.momentum()).subi(gradient.addi(decay).muli(rate));
      weights.addi(velocity);
    }
  }

  /** [n, outputs]: what a perfect model would predict. */
  private double[] targets(double[] labels) {
    int outputs = model.outputs();
    double[] targets = new double[labels.length * outputs];
    for (int i = 0; i < labels.length; i++) {
      if (outputs == 1) {
        targets[i] = labels[i];
      } else {
        int label = (int) labels[i];
        targets[i * outputs + label] = 1;
      }
    }
    return targets;
  }

  private double[] sampleWeights(double[] labels) {
    double[] weightOfClass = weightOfClass(labels);
    double[] weights = new double[labels.length];
    Arrays.setAll(weights, i -> model.classes() == 0 ? 1 : weightOfClass[(int) labels[i]]);
    return weights;
  }

  private double[] weightOfClass(double[] labels) {
    double[] weights = new double[model.classes()];
    switch (training.classWeights()) {
      case ClassWeights.None _ -> Arrays.fill(weights, 1);
      case ClassWeights.Given given -> Arrays.setAll(weights, k -> given.weights().get(k));
      case ClassWeights.Balanced _ ->
          Arrays.setAll(
              weights,
              k -> {
                long count = Arrays.stream(labels).filter(label -> label == k).count();
                double weight = (double) labels.length / (weights.length * (double) count);
                return count == 0 ? 0 : Math.min(ClassWeights.WEIGHT_MAX, weight);
              });
    }
    return weights;
  }
}
