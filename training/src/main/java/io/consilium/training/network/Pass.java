package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * One pass over a batch: the backend, and the tensors that wait for the next truncation. It has two
 * rounds however many there are.
 */
final class Pass {
  private final Backend b;
  private final boolean training;
  private final IdentityHashMap<SecretTensor, Kept> waiting = new IdentityHashMap<>();
  private final List<Kept> order = new ArrayList<>();

  private Pass(Backend b, boolean training) {
    this.b = b;
    this.training = training;
  }

  static Pass training(Backend b) {
    return new Pass(b, true);
  }

  /** A forward pass after which nothing is kept. */
  static Pass scoring(Backend b) {
    return new Pass(b, false);
  }

  Backend backend() {
    return b;
  }

  /** The tensor, in the default format if it has more fraction bits than so many. */
  SecretTensor shortened(SecretTensor x, int fractionBitsMax) {
    if (x.format().fractionBits() <= fractionBitsMax) {
      return x;
    }
    Kept kept = waiting(x);
    settle();
    return kept.value();
  }

  /** Keeps a tensor for the backward pass, in at most the default format. */
  Kept keep(SecretTensor x) {
    return training && excess(x) > 0 ? waiting(x) : new Kept(x);
  }

  private Kept waiting(SecretTensor x) {
    return waiting.computeIfAbsent(
        x,
        tensor -> {
          Kept kept = new Kept(tensor);
          order.add(kept);
          return kept;
        });
  }

  /** Shortens what waits. Rounds: 2, or none. */
  void settle() {
    if (order.isEmpty()) {
      return;
    }
    List<SecretTensor> wide = order.stream().map(Kept::value).toList();
    int[] bits = wide.stream().mapToInt(Pass::excess).toArray();
    List<SecretTensor> shortened = b.truncate(wide, bits);
    for (int i = 0; i < bits.length; i++) {
      order.get(i).replace(shortened.get(i));
    }
    order.clear();
    waiting.clear();
  }

  private static int excess(SecretTensor x) {
    return x.format().fractionBits() - Ranges.DEFAULT.fractionBits();
  }
}
