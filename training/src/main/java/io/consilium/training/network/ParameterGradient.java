package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The gradient of a parameter, summed over the batch, before it is computed. */
sealed interface ParameterGradient {
  /** left^T right: [n, a] and [n, b] to [a, b]. */
  record OfProduct(Kept left, Kept right) implements ParameterGradient {}

  /** The sum over the rows: [n, a] to [a]. Local. */
  record OfRows(Kept error) implements ParameterGradient {}

  /** All of them: the tensors they need shortened in two rounds, the products in one. */
  static List<SecretTensor> compute(Pass pass, List<ParameterGradient> gradients) {
    pass.settle();
    Backend b = pass.backend();
    List<Backend.Factors> factors = new ArrayList<>();
    for (ParameterGradient gradient : gradients) {
      if (gradient instanceof OfProduct(Kept left, Kept right)) {
        factors.add(new Backend.Factors(left.value(), true, right.value(), false));
      }
    }
    Iterator<SecretTensor> products = b.matmul(factors).iterator();
    List<SecretTensor> results = new ArrayList<>();
    for (ParameterGradient gradient : gradients) {
      results.add(
          switch (gradient) {
            case OfProduct _ -> products.next();
            case OfRows(Kept error) -> b.sumRows(error.value());
          });
    }
    return results;
  }
}
