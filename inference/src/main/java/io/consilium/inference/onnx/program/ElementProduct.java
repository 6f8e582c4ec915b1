package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * An instruction that multiplies secrets element by element. Rounds: 1 for several together, and 2
 * for the truncation.
 */
interface ElementProduct extends Instruction {
  SecretTensor left(Step step);

  SecretTensor right(Step step);

  /** The result, of the product. Local. */
  SecretTensor of(Step step, SecretTensor product);

  /** What several compute, in the round of one. */
  static List<SecretTensor> together(List<Step> steps) {
    List<SecretTensor> left = new ArrayList<>();
    List<SecretTensor> right = new ArrayList<>();
    for (Step step : steps) {
      left.add(of(step).left(step));
      right.add(of(step).right(step));
    }
    List<SecretTensor> products = steps.getFirst().backend().multiply(left, right);
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      results.add(of(steps.get(i)).of(steps.get(i), products.get(i)));
    }
    return results;
  }

  private static ElementProduct of(Step step) {
    return (ElementProduct) step.instruction();
  }
}
