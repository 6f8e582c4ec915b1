package io.consilium.inference.onnx.operators;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * Attributes and inputs that change nothing of what a network computes in fixed point, so that an
 * operator need not look at them. Every other one is honoured or refused.
 */
public final class Harmless {
  private static final Map<String, Set<String>> ATTRIBUTES =
      Map.ofEntries(
          // Of the training that is over.
          entry("BatchNormalization", Set.of("momentum", "is_test")),
          entry("Dropout", Set.of("ratio", "seed", "is_test")),
          // For numbers of eight bits, which are not supported.
          entry("Cast", Set.of("saturate", "round_mode")),
          entry("CastLike", Set.of("saturate", "round_mode")),
          entry("QuantizeLinear", Set.of("saturate", "precision")),
          // In which precision a float is computed.
          entry("GroupNormalization", Set.of("stash_type")),
          entry("LayerNormalization", Set.of("stash_type")),
          entry("RMSNormalization", Set.of("stash_type")),
          // The order of the indices, where no indices are asked for.
          entry("MaxPool", Set.of("storage_order")),
          // Until version 6: whether shapes may differ, which they may.
          entry("Add", Set.of("broadcast")),
          entry("Sub", Set.of("broadcast")),
          entry("Mul", Set.of("broadcast")),
          entry("Div", Set.of("broadcast")),
          entry("Gemm", Set.of("broadcast")));

  private Harmless() {}

  /** The ratio of a Dropout, and what a Pad fills with where it fills nothing. */
  private static final Map<String, Integer> INPUTS = Map.of("Dropout", 1, "Pad", 2);

  /** Whether an operator may leave an input aside. */
  public static boolean input(String operator, int input) {
    return INPUTS.getOrDefault(operator, -1) == input;
  }

  /** Whether an operator may leave an attribute aside. */
  public static boolean attribute(String operator, String attribute) {
    return ATTRIBUTES.getOrDefault(operator, Set.of()).contains(attribute);
  }
}
