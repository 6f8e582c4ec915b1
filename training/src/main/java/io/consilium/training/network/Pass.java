package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.PublicRandom;
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
  private final long step;
  private final IdentityHashMap<SecretTensor, Kept> waiting = new IdentityHashMap<>();
  private final List<Kept> order = new ArrayList<>();

  private int masks;

  private Pass(Backend b, boolean training, long step) {
    this.b = b;
    this.training = training;
    this.step = step;
  }

  /** A pass of the step with this number, from 0 on. */
  static Pass training(Backend b, long step) {
    return new Pass(b, true, step);
  }

  /** A forward pass after which nothing is kept. */
  static Pass scoring(Backend b) {
    return new Pass(b, false, 0);
  }

  Backend backend() {
    return b;
  }

  boolean isTraining() {
    return training;
  }

  /** Public numbers of their own for every layer and step that asks. */
  PublicRandom random(long seed) {
    return new PublicRandom(seed, "consilium step " + step + " mask " + masks++);
  }

  /** The shape of a batch without its rows. */
  static Shape rowShape(SecretTensor x) {
    List<Integer> dimensions = x.shape().dimensions();
    return new Shape(dimensions.subList(1, dimensions.size()));
  }

  /** The tensor in the default format. */
  SecretTensor inDefaultFormat(SecretTensor x) {
    SecretTensor narrow = shortened(x, Ranges.DEFAULT.fractionBits());
    return widened(narrow, Ranges.DEFAULT.fractionBits());
  }

  /** The same values with as many fraction bits, if they are more. */
  SecretTensor widened(SecretTensor x, int fractionBits) {
    return b.widen(x, Math.max(0, fractionBits - x.format().fractionBits()));
  }

  /** The sum of tensors of different formats, in the finer one. */
  SecretTensor sum(SecretTensor x, SecretTensor y) {
    int bits = Math.max(x.format().fractionBits(), y.format().fractionBits());
    return b.add(widened(x, bits), widened(y, bits));
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
