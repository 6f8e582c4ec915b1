package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.training.network.Adam;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** How parameters follow their gradients, as a manifest writes it. */
public sealed interface OptimiserSpec {
  /** The word in the manifest. */
  String type();

  ObjectNode toJson();

  /**
   * Gradient descent.
   *
   * @param nesterov whether the momentum looks ahead; networks only
   */
  record Sgd(double momentum, boolean nesterov) implements OptimiserSpec {
    @Override
    public String type() {
      return "sgd";
    }

    @Override
    public ObjectNode toJson() {
      return described(this).put("momentum", momentum).put("nesterov", nesterov);
    }
  }

  /** {@link io.consilium.training.network.Adam}, or AMSGrad; networks only. */
  record AdamOf(boolean amsgrad, double beta1, double beta2, double epsilon)
      implements OptimiserSpec {
    @Override
    public String type() {
      return amsgrad ? "amsgrad" : "adam";
    }

    @Override
    public ObjectNode toJson() {
      return described(this).put("beta1", beta1).put("beta2", beta2).put("epsilon", epsilon);
    }
  }

  private static ObjectNode described(OptimiserSpec spec) {
    return JsonNodeFactory.instance.objectNode().put("type", spec.type());
  }

  /** An optimiser and where it cuts off mean gradients. */
  record Clipped(OptimiserSpec optimiser, OptionalDouble clip) {}

  /** Reads {@code training.optimiser}; the momentum may also be {@code training.momentum}. */
  static Clipped parse(SpecNode training, int batchSize, double rate) throws InvalidSpecException {
    JsonNode value =
        training.optional("optimiser").orElse(JsonNodeFactory.instance.textNode("sgd"));
    Variant variant = Variant.of(value, training.pathOf("optimiser"), kinds());
    SpecNode keys = variant.keys();
    OptimiserSpec optimiser =
        switch (variant.type()) {
          case "sgd" -> new Sgd(momentum(training, keys), keys.flag("nesterov", false));
          case "adam" -> adam(false, training, keys, rate);
          case "amsgrad" -> adam(true, training, keys, rate);
          default -> throw new IllegalStateException("no optimiser " + variant.type());
        };
    return new Clipped(optimiser, clip(keys, batchSize));
  }

  private static Map<String, List<String>> kinds() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    kinds.put("sgd", List.of("momentum", "nesterov", "clip"));
    kinds.put("adam", List.of("beta1", "beta2", "epsilon", "clip"));
    kinds.put("amsgrad", kinds.get("adam"));
    return kinds;
  }

  private static double momentum(SpecNode training, SpecNode optimiser)
      throws InvalidSpecException {
    if (training.optional("momentum").isPresent() && optimiser.optional("momentum").isPresent()) {
      throw new InvalidSpecException(
          optimiser.pathOf("momentum"), "is also given as training.momentum; leave one out");
    }
    SpecNode node = optimiser.optional("momentum").isPresent() ? optimiser : training;
    return within(node, "momentum", 0, 0, TrainingSpec.MOMENTUM_MAX);
  }

  private static AdamOf adam(boolean amsgrad, SpecNode training, SpecNode keys, double rate)
      throws InvalidSpecException {
    if (training.optional("momentum").isPresent()) {
      throw new InvalidSpecException(
          training.pathOf("momentum"), "belongs to sgd; adam and amsgrad have beta1");
    }
    if (rate < Adam.RATE_MIN) {
      throw new InvalidSpecException(
          training.pathOf("learningRate"),
          "must be from " + Adam.RATE_MIN + " with this optimiser");
    }
    double beta2 = within(keys, "beta2", Adam.BETA2_DEFAULT, 0, Adam.BETA2_MAX);
    double beta1 = within(keys, "beta1", Math.min(Adam.BETA1_DEFAULT, beta2), 0, beta2);
    double epsilon = within(keys, "epsilon", Adam.EPSILON_DEFAULT, Adam.EPSILON_MIN, 1);
    return new AdamOf(amsgrad, beta1, beta2, epsilon);
  }

  private static double within(SpecNode node, String key, double otherwise, double min, double max)
      throws InvalidSpecException {
    double value = node.number(key, otherwise);
    if (!(value >= min && value <= max)) {
      throw new InvalidSpecException(
          node.pathOf(key), "must be from " + (min == 0 ? "0" : min) + " and at most " + max);
    }
    return value;
  }

  private static OptionalDouble clip(SpecNode optimiser, int batchSize)
      throws InvalidSpecException {
    if (optimiser.optional("clip").isEmpty()) {
      return OptionalDouble.empty();
    }
    double clip = optimiser.number("clip");
    double max = TrainingSpec.CLIPPED_SUM_MAX / batchSize;
    if (!(clip > 0 && clip <= max)) {
      throw new InvalidSpecException(
          optimiser.pathOf("clip"),
          "must be above 0 and at most " + max + " with batches of " + batchSize + " rows");
    }
    return OptionalDouble.of(clip);
  }
}
