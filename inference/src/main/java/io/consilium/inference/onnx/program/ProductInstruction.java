package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An instruction whose result is made of sums of products. Rounds: 1 and 2 for the truncation,
 * which several share.
 */
interface ProductInstruction extends Instruction {
  /** The products, which do not depend on each other. */
  List<SecretProduct> products(Step step);

  /** What they add up to, not yet truncated. */
  SecretTensor sums(Step step, List<SecretTensor> products);

  @Override
  default SecretTensor run(Step step) {
    return together(List.of(this), List.of(step)).getFirst();
  }

  @Override
  default Optional<Bundle> bundle() {
    return Optional.of(Bundle.PRODUCTS);
  }

  /** The results of several, in the rounds of one. */
  static List<SecretTensor> together(List<ProductInstruction> all, List<Step> steps) {
    List<SecretProduct> products = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      products.addAll(all.get(i).products(steps.get(i)));
      ends.add(products.size());
    }
    List<SecretTensor> made = steps.getFirst().backend().products(products);
    List<SecretTensor> sums = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < all.size(); i++) {
      sums.add(all.get(i).sums(steps.get(i), made.subList(from, ends.get(i))));
      from = ends.get(i);
    }
    return Step.results(steps, sums);
  }
}
