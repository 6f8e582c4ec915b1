package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Truncations that share their rounds. What is wanted twice is computed once: a weight of several
 * products, a value that parallel branches begin with. Rounds: 2, or none.
 */
final class Shortening {
  /** Tensors of one truncation: what it sends is numbered with 16 bits. */
  private static final int TOGETHER_MAX = 1 << 13;

  private final Backend backend;
  private final List<SecretTensor> tensors = new ArrayList<>();
  private final List<Integer> excesses = new ArrayList<>();
  private final IdentityHashMap<SecretTensor, Map<Integer, Integer>> places =
      new IdentityHashMap<>();
  private final List<SecretTensor> results = new ArrayList<>();

  Shortening(Backend backend) {
    this.backend = backend;
  }

  /** The steps with operands that have no more fraction bits than their instructions take. */
  static List<Step> ofOperands(List<Step> steps) {
    Shortening shortening = new Shortening(steps.getFirst().backend());
    for (Step step : steps) {
      for (int i = 0; i < step.operands().size(); i++) {
        if (step.operands().get(i) instanceof Operand.Secret secret) {
          shortening.want(secret.tensor(), step.instruction().fractionBitsMax(step, i));
        }
      }
    }
    shortening.run();
    return steps.stream().map(shortening::shortened).toList();
  }

  private Step shortened(Step step) {
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < step.operands().size(); i++) {
      int bits = step.instruction().fractionBitsMax(step, i);
      operands.add(
          switch (step.operands().get(i)) {
            case Operand.Known known -> known.atMost(bits);
            case Operand.Secret secret -> shortened(secret, bits);
          });
    }
    return step.with(operands);
  }

  private Operand shortened(Operand.Secret secret, int bits) {
    if (secret.fractionBits() <= bits) {
      return secret;
    }
    SecretTensor x = of(secret.tensor(), bits);
    SecretTensor promised =
        backend.within(x, Scales.promise(secret.interval(), x.format(), secret.ownBits()));
    return new Operand.Secret(promised, secret.interval(), secret.ownBits(), secret.isShared());
  }

  /** Notes that a tensor is wanted with so many fraction bits at most. */
  void want(SecretTensor x, int fractionBits) {
    int excess = x.format().fractionBits() - fractionBits;
    if (excess > 0) {
      places
          .computeIfAbsent(x, _ -> new HashMap<>())
          .computeIfAbsent(fractionBits, _ -> noted(x, excess));
    }
  }

  private int noted(SecretTensor x, int excess) {
    tensors.add(x);
    excesses.add(excess);
    return tensors.size() - 1;
  }

  /** Truncates all that was noted. */
  void run() {
    int[] bits = excesses.stream().mapToInt(Integer::intValue).toArray();
    for (int from = 0; from < bits.length; from += TOGETHER_MAX) {
      int to = Math.min(bits.length, from + TOGETHER_MAX);
      results.addAll(
          backend.truncate(tensors.subList(from, to), Arrays.copyOfRange(bits, from, to)));
    }
  }

  /** A tensor that was noted; the same one if it is short enough. */
  SecretTensor of(SecretTensor x, int fractionBits) {
    return x.format().fractionBits() <= fractionBits
        ? x
        : results.get(places.get(x).get(fractionBits));
  }
}
