package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Signs;
import java.util.ArrayList;
import java.util.List;

/** An instruction that is made of signs of elements. Rounds: 7 for 32 bits, or none. */
interface SignInstruction extends Instruction {
  /** Tensors whose signs it needs, which may be none. */
  List<SecretTensor> compared(Step step);

  /** Whether it takes the signs as integers 0 and 1, or the negative elements with 0 for others. */
  default boolean takesIntegers() {
    return false;
  }

  /**
   * What it computes, in any format. Local.
   *
   * @param parts what it takes of each of the tensors compared, as vectors
   */
  SecretTensor of(Step step, List<SecretTensor> parts);

  @Override
  default Bundle bundle() {
    return Bundle.Kind.SIGNS;
  }

  /** What several compute, in the rounds of one. */
  static List<SecretTensor> together(List<Step> steps) {
    List<List<SecretTensor>> compared = new ArrayList<>();
    List<SecretTensor> all = new ArrayList<>();
    for (Step step : steps) {
      compared.add(of(step).compared(step));
      all.addAll(compared.getLast());
    }
    Parts parts = Parts.of(steps, compared, all);
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      results.add(of(step).of(step, parts.next(of(step), compared.get(i).size())));
    }
    return results;
  }

  private static SignInstruction of(Step step) {
    return (SignInstruction) step.instruction();
  }

  /** Signs and negative elements, to be taken in the order of the steps. */
  final class Parts {
    private final List<SecretTensor> integers;
    private final List<SecretTensor> negatives;
    private int integersTaken;
    private int negativesTaken;

    private Parts(List<SecretTensor> integers, List<SecretTensor> negatives) {
      this.integers = integers;
      this.negatives = negatives;
    }

    private static Parts of(
        List<Step> steps, List<List<SecretTensor>> compared, List<SecretTensor> all) {
      if (all.isEmpty()) {
        return new Parts(List.of(), List.of());
      }
      Backend b = steps.getFirst().backend();
      List<SecretBits> signs = Signs.of(b, all);
      List<SecretBits> converted = new ArrayList<>();
      List<SecretBits> selectors = new ArrayList<>();
      List<SecretTensor> values = new ArrayList<>();
      int at = 0;
      for (int i = 0; i < steps.size(); i++) {
        for (SecretTensor x : compared.get(i)) {
          if (SignInstruction.of(steps.get(i)).takesIntegers()) {
            converted.add(signs.get(at++));
          } else {
            selectors.add(signs.get(at++));
            values.add(b.reshape(x, Shape.vector(x.size())));
          }
        }
      }
      Backend.BitProducts products = b.bitProducts(converted, selectors, values);
      return new Parts(products.integers(), products.products());
    }

    private List<SecretTensor> next(SignInstruction instruction, int count) {
      if (instruction.takesIntegers()) {
        integersTaken += count;
        return integers.subList(integersTaken - count, integersTaken);
      }
      negativesTaken += count;
      return negatives.subList(negativesTaken - count, negativesTaken);
    }
  }
}
