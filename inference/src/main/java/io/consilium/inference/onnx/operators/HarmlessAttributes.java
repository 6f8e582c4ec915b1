package io.consilium.inference.onnx.operators;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * Attributes that change nothing of what a network computes in fixed point, so that an operator
 * need not look at them. Every other attribute is honoured or refused.
 */
public final class HarmlessAttributes {
  private static final Map<String, Set<String>> TABLE =
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

  private HarmlessAttributes() {}

  /** Whether an operator may leave an attribute aside. */
  public static boolean contain(String operator, String attribute) {
    return TABLE.getOrDefault(operator, Set.of()).contains(attribute);
  }
}
