package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Minibatch gradient descent: with g the mean gradient of a batch, w the weights and mu the
 * momentum,
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
 * @param nesterov whether the momentum looks ahead; networks only
 * @param clip where every element of a mean gradient is cut off; networks only
 */
public record TrainingSpec(
    int epochs,
    int batchSize,
    double learningRate,
    Schedule schedule,
    double momentum,
    double l2,
    ClassWeights classWeights,
    long seed,
    int fractionBits,
    boolean nesterov,
    OptionalDouble clip) {
  public static final int EPOCHS_MAX = 10_000;
  public static final int BATCH_SIZE_MAX = 1 << 14;
  private static final double LEARNING_RATE_MAX = 16;
  private static final double MOMENTUM_MAX = 0.99;
  private static final double L2_MAX = 1;

  /** Sums of cut gradients over a batch stay in the range that clipping compares in. */
  private static final double CLIPPED_SUM_MAX = 1 << 14;

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
        momentum,
        l2,
        classWeights,
        seed,
        fractionBits,
        false,
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

  /** Reads {@code training} and, if there is one, {@code precision} of a manifest. */
  static TrainingSpec parse(JsonNode training, Optional<JsonNode> precision, int classes)
      throws InvalidSpecException {
    SpecNode node = SpecNode.of(training, "training", KEYS);
    double rate = node.number("learningRate");
    check(rate > 0 && rate <= LEARNING_RATE_MAX, "learningRate", "above 0", LEARNING_RATE_MAX);
    SpecNode optimiser = optimiser(node);
    double momentum = momentum(node, optimiser);
    double l2 = node.number("l2", 0);
    check(l2 >= 0 && l2 <= L2_MAX, "l2", "from 0", L2_MAX);
    int batchSize = node.integer("batchSize", 1, BATCH_SIZE_MAX);
    Optional<JsonNode> schedule = node.optional("schedule");
    Optional<JsonNode> weights = node.optional("classWeights");
    return new TrainingSpec(
        node.integer("epochs", 1, EPOCHS_MAX),
        batchSize,
        rate,
        schedule.isPresent()
            ? Schedule.parse(schedule.get(), node.pathOf("schedule"))
            : new Schedule.Constant(),
        momentum,
        l2,
        weights.isPresent()
            ? ClassWeights.parse(weights.get(), node.pathOf("classWeights"), classes)
            : new ClassWeights.None(),
        node.wholeNumber("seed", 0),
        fractionBits(precision),
        optimiser.flag("nesterov", false),
        clip(optimiser, batchSize));
  }

  private static SpecNode optimiser(SpecNode training) throws InvalidSpecException {
    JsonNode value =
        training.optional("optimiser").orElse(JsonNodeFactory.instance.textNode("sgd"));
    Map<String, List<String>> kinds = Map.of("sgd", List.of("momentum", "nesterov", "clip"));
    return Variant.of(value, training.pathOf("optimiser"), kinds).keys();
  }

  private static double momentum(SpecNode training, SpecNode optimiser)
      throws InvalidSpecException {
    if (training.optional("momentum").isPresent() && optimiser.optional("momentum").isPresent()) {
      throw new InvalidSpecException(
          optimiser.pathOf("momentum"), "is also given as training.momentum; leave one out");
    }
    SpecNode node = optimiser.optional("momentum").isPresent() ? optimiser : training;
    double momentum = node.number("momentum", 0);
    if (!(momentum >= 0 && momentum <= MOMENTUM_MAX)) {
      throw new InvalidSpecException(
          node.pathOf("momentum"), "must be from 0 and at most " + MOMENTUM_MAX);
    }
    return momentum;
  }

  private static OptionalDouble clip(SpecNode optimiser, int batchSize)
      throws InvalidSpecException {
    if (optimiser.optional("clip").isEmpty()) {
      return OptionalDouble.empty();
    }
    double clip = optimiser.number("clip");
    double max = CLIPPED_SUM_MAX / batchSize;
    if (!(clip > 0 && clip <= max)) {
      throw new InvalidSpecException(
          optimiser.pathOf("clip"),
          "must be above 0 and at most " + max + " with batches of " + batchSize + " rows");
    }
    return OptionalDouble.of(clip);
  }

  /** Refuses what is not offered for a model. */
  void requireFits(ModelSpec model) throws InvalidSpecException {
    boolean network = model instanceof Neural;
    if (network && !(classWeights instanceof ClassWeights.None)) {
      throw new InvalidSpecException(
          "training.classWeights", "is not offered for a network; leave the key out");
    }
    if (!network && (nesterov || clip.isPresent())) {
      throw new InvalidSpecException(
          "training.optimiser",
          "'nesterov' and 'clip' are offered for a network, not for a %s model"
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
    json.put("momentum", momentum);
    json.put("l2", l2);
    json.set("classWeights", classWeights.toJson());
    json.put("seed", seed);
    json.put("fractionBits", fractionBits);
    json.put("nesterov", nesterov);
    clip.ifPresent(bound -> json.put("clip", bound));
    return json;
  }
}
