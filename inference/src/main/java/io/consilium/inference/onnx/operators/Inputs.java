package io.consilium.inference.onnx.operators;

import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The inputs of a node, empty where an optional one is left out. It is noted which of them an
 * operator looks at: one that nobody looks at would be ignored silently.
 */
public final class Inputs<T> extends AbstractList<Optional<T>> {
  private final List<Optional<T>> all;
  private final BitSet seen = new BitSet();

  /** The inputs of a node, at which nobody has looked. */
  public Inputs(List<Optional<T>> all) {
    this.all = List.copyOf(all);
  }

  @Override
  public Optional<T> get(int i) {
    Optional<T> input = all.get(i);
    seen.set(i);
    return input;
  }

  @Override
  public int size() {
    return all.size();
  }

  /** Numbers of those that are there and that nobody looked at. */
  public List<Integer> unseen() {
    return IntStream.range(0, all.size())
        .filter(i -> all.get(i).isPresent() && !seen.get(i))
        .boxed()
        .toList();
  }
}
