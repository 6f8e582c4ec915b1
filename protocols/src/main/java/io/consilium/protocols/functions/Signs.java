package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Signs of several tensors, whatever their formats are, in the rounds of one. */
public final class Signs {
  private Signs() {}

  /** Whether elements are negative. Rounds: 5 for 32 bits. */
  public static List<SecretBits> of(Backend b, List<SecretTensor> tensors) {
    if (tensors.size() == 1) {
      return List.of(b.negative(tensors.getFirst()));
    }
    SecretBits all =
        b.negative(
            b.concatenate(
                tensors.stream().map(x -> b.reinterpret(flat(b, x), FixedPoint.INTEGER)).toList()));
    List<SecretBits> signs = new ArrayList<>();
    int from = 0;
    for (SecretTensor x : tensors) {
      signs.add(b.slice(all, from, from + x.size()));
      from += x.size();
    }
    return signs;
  }

  /** The elements that are negative, and 0 for the others, as vectors. Rounds: 7 for 32 bits. */
  public static List<SecretTensor> negativeParts(Backend b, List<SecretTensor> tensors) {
    return selected(b, of(b, tensors), tensors);
  }

  /** Bits times values, as vectors. Rounds: 2. */
  public static List<SecretTensor> selected(
      Backend b, List<SecretBits> bits, List<SecretTensor> tensors) {
    List<SecretTensor> values = tensors.stream().map(x -> flat(b, x)).toList();
    return b.bitProducts(List.of(), bits, values).products();
  }

  private static SecretTensor flat(Backend b, SecretTensor x) {
    return b.reshape(x, Shape.vector(x.size()));
  }
}
