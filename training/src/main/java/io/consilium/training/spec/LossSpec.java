package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.training.network.BinaryCrossEntropy;
import io.consilium.training.network.HuberLoss;
import io.consilium.training.network.Loss;
import io.consilium.training.network.MeanSquaredError;
import io.consilium.training.network.SoftmaxCrossEntropy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The loss of a network as a manifest writes it. */
final class LossSpec {
  private static final double HUBER_BOUND_DEFAULT = 1;
  private static final double HUBER_BOUND_MAX = 128;

  private static final Map<String, List<String>> KINDS = kinds();

  private LossSpec() {}

  private static Map<String, List<String>> kinds() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    kinds.put("softmaxCrossEntropy", List.of());
    kinds.put("binaryCrossEntropy", List.of());
    kinds.put("meanSquaredError", List.of());
    kinds.put("huber", List.of("bound"));
    return kinds;
  }

  static Loss parse(JsonNode value, String path) throws InvalidSpecException {
    Variant variant = Variant.of(value, path, KINDS);
    return switch (variant.type()) {
      case "softmaxCrossEntropy" -> new SoftmaxCrossEntropy();
      case "binaryCrossEntropy" -> new BinaryCrossEntropy();
      case "meanSquaredError" -> new MeanSquaredError();
      case "huber" -> {
        double bound = variant.keys().number("bound", HUBER_BOUND_DEFAULT);
        if (!(bound > 0 && bound <= HUBER_BOUND_MAX)) {
          throw new InvalidSpecException(
              variant.keys().pathOf("bound"), "must be above 0 and at most " + HUBER_BOUND_MAX);
        }
        yield new HuberLoss(bound);
      }
      default -> throw new IllegalStateException("no loss " + variant.type());
    };
  }

  static ObjectNode toJson(Loss loss) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    return switch (loss) {
      case SoftmaxCrossEntropy _ -> json.put("type", "softmaxCrossEntropy");
      case BinaryCrossEntropy _ -> json.put("type", "binaryCrossEntropy");
      case MeanSquaredError _ -> json.put("type", "meanSquaredError");
      case HuberLoss huber -> json.put("type", "huber").put("bound", huber.bound());
    };
  }

  static Target target(Loss loss) {
    return switch (loss) {
      case SoftmaxCrossEntropy _ -> Target.CLASSES;
      case BinaryCrossEntropy _ -> Target.TWO_CLASSES;
      case MeanSquaredError _, HuberLoss _ -> Target.NUMBER;
    };
  }
}
