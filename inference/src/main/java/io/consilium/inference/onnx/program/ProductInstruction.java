package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * An instruction whose result is made of sums of products, of secrets or with public numbers.
 * Rounds: 1, or none without products of secrets, and 2 for the truncation; several share them.
 */
interface ProductInstruction extends Instruction {
  /** Products of one round: an instruction numbers what it sends with 16 bits. */
  int PRODUCTS_MAX = 1 << 14;

  /** The products of secrets, which do not depend on each other. */
  List<SecretProduct> products(Step step);

  /** What they add up to, not yet truncated. Local. */
  SecretTensor sums(Step step, List<SecretTensor> products);

  @Override
  default Bundle bundle() {
    return Bundle.Kind.PRODUCTS;
  }

  /** What several add up to, in the round of one. */
  static List<SecretTensor> together(List<Step> steps) {
    List<SecretProduct> products = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (Step step : steps) {
      products.addAll(of(step).products(step));
      ends.add(products.size());
    }
    List<SecretTensor> made = made(steps, products);
    List<SecretTensor> sums = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < steps.size(); i++) {
      sums.add(of(steps.get(i)).sums(steps.get(i), made.subList(from, ends.get(i))));
      from = ends.get(i);
    }
    return sums;
  }

  private static List<SecretTensor> made(List<Step> steps, List<SecretProduct> products) {
    List<SecretTensor> made = new ArrayList<>();
    for (int from = 0; from < products.size(); from += PRODUCTS_MAX) {
      int to = Math.min(products.size(), from + PRODUCTS_MAX);
      made.addAll(steps.getFirst().backend().products(products.subList(from, to)));
    }
    return made;
  }

  private static ProductInstruction of(Step step) {
    return (ProductInstruction) step.instruction();
  }
}
