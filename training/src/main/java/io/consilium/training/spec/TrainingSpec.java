package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.training.network.Adam;
import io.consilium.training.network.ClippedGradients;
import io.consilium.training.network.Optimiser;
import io.consilium.training.network.Sgd;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Minibatch gradient descent: with g the mean gradient of a batch, w the weights and, unless a
 * network has another optimiser, mu the momentum,
 *
 * <pre>v = mu v - rate (g + l2 w),   w = w + v</pre>
 *
 * The intercept has no L2 term.
 *
 * @param epochs passes over all training rows
 * @param batchSize rows of a step; the last batch of an epoch has what is left
 * @param learningRate the rate of the first epoch
 * @param seed of the public order of rows
 * @param fractionBits of the prepared features
 * @param clip where every element of a mean gradient is cut off; networks only
 */
public record TrainingSpec(
    int epochs,
    int batchSize,
    double learningRate,
    Schedule schedule,
    OptimiserSpec optimiser,
    double l2,
    ClassWeights classWeights,
    long seed,
    int fractionBits,
    OptionalDouble clip) {
  public static final int EPOCHS_MAX = 10_000;
  public static final int BATCH_SIZE_MAX = 1 << 14;
  private static final double LEARNING_RATE_MAX = 16;
  static final double MOMENTUM_MAX = 0.99;
  private static final double L2_MAX = 1;

  /** Sums of cut gradients over a batch stay in the range that clipping compares in. */
  static final double CLIPPED_SUM_MAX = 1 << 14;

  private static final int FRACTION_BITS_DEFAULT = 16;
  private static final List<String> KEYS =
      List.of(
          "epochs",
          "batchSize",
          "learningRate",
          "schedule",
          "momentum",
          "optimiser",
          "l2",
          "classWeights",
          "seed",
          "earlyStopping",
          "crossValidation");

  /** Without what only networks have. */
  public TrainingSpec(
      int epochs,
      int batchSize,
      double learningRate,
      Schedule schedule,
      double momentum,
      double l2,
      ClassWeights classWeights,
      long seed,
      int fractionBits) {
    this(
        epochs,
        batchSize,
        learningRate,
        schedule,
        new OptimiserSpec.Sgd(momentum, false),
        l2,
        classWeights,
        seed,
        fractionBits,
        OptionalDouble.empty());
  }

  /** A plain description: constant rate, no momentum, no L2, no class weights. */
  public static TrainingSpec of(int epochs, int batchSize, double learningRate, long seed) {
    return new TrainingSpec(
        epochs,
        batchSize,
        learningRate,
        new Schedule.Constant(),
        0,
        0,
        new ClassWeights.None(),
        seed,
        FRACTION_BITS_DEFAULT);
  }

  /** The rate of an epoch, from 0 on. */
  public double learningRate(int epoch) {
    return learningRate * schedule.factor(epoch, epochs);
  }

  /** What a velocity keeps in a step; 0 without one. */
  public double momentum() {
    return optimiser instanceof OptimiserSpec.Sgd sgd ? sgd.momentum() : 0;
  }

  /**
   * The optimiser of a network.
   *
   * @param batchRows of the largest batch
   */
  public Optimiser networkOptimiser(int batchRows) {
    Optimiser own =
        switch (optimiser) {
          case OptimiserSpec.Sgd sgd ->
              new Sgd(learningRate, sgd.momentum(), l2, batchRows, sgd.nesterov());
          case OptimiserSpec.AdamOf adam ->
              new Adam(
                  learningRate, adam.beta1(), adam.beta2(), adam.epsilon(), l2, adam.amsgrad());
        };
    return clip.isPresent() ? new ClippedGradients(own, clip.getAsDouble()) : own;
  }

  /** Reads {@code training} and, if there is one, {@code precision} of a manifest. */
  static TrainingSpec parse(JsonNode training, Optional<JsonNode> precision, int classes)
      throws InvalidSpecException {
    SpecNode node = SpecNode.of(training, "training", KEYS);
    double rate = node.number("learningRate");
    check(rate > 0 && rate <= LEARNING_RATE_MAX, "learningRate", "above 0", LEARNING_RATE_MAX);
    double l2 = node.number("l2", 0);
    check(l2 >= 0 && l2 <= L2_MAX, "l2", "from 0", L2_MAX);
    int batchSize = node.integer("batchSize", 1, BATCH_SIZE_MAX);
    OptimiserSpec.Clipped optimiser = OptimiserSpec.parse(node, batchSize, rate);
    int epochs = node.integer("epochs", 1, EPOCHS_MAX);
    Optional<JsonNode> schedule = node.optional("schedule");
    Optional<JsonNode> weights = node.optional("classWeights");
    return new TrainingSpec(
        epochs,
        batchSize,
        rate,
        schedule.isPresent()
            ? Schedule.parse(schedule.get(), node.pathOf("schedule"), epochs)
            : new Schedule.Constant(),
        optimiser.optimiser(),
        l2,
        weights.isPresent()
            ? ClassWeights.parse(weights.get(), node.pathOf("classWeights"), classes)
            : new ClassWeights.None(),
        node.wholeNumber("seed", 0),
        fractionBits(precision),
        optimiser.clip());
  }

  /** Refuses what is not offered for a model. */
  void requireFits(ModelSpec model) throws InvalidSpecException {
    boolean network = model instanceof Neural;
    boolean plain = optimiser instanceof OptimiserSpec.Sgd sgd && !sgd.nesterov();
    if (!network && (!plain || clip.isPresent())) {
      throw new InvalidSpecException(
          "training.optimiser",
          "'nesterov', 'clip', adam and amsgrad are offered for a network, not for a %s model"
              .formatted(model.type()));
    }
  }

  private static int fractionBits(Optional<JsonNode> precision) throws InvalidSpecException {
    if (precision.isEmpty()) {
      return FRACTION_BITS_DEFAULT;
    }
    return SpecNode.of(precision.get(), "precision", List.of("fractionBits"))
        .integer("fractionBits", 8, 24, FRACTION_BITS_DEFAULT);
  }

  private static void check(boolean right, String key, String from, double max)
      throws InvalidSpecException {
    if (!right) {
      throw new InvalidSpecException("training." + key, "must be " + from + " and at most " + max);
    }
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("epochs", epochs);
    json.put("batchSize", batchSize);
    json.put("learningRate", learningRate);
    json.set("schedule", schedule.toJson());
    json.set("optimiser", optimiser.toJson());
    json.put("l2", l2);
    json.set("classWeights", classWeights.toJson());
    json.put("seed", seed);
    json.put("fractionBits", fractionBits);
    clip.ifPresent(bound -> json.put("clip", bound));
    return json;
  }
}
