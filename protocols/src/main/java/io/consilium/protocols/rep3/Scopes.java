package io.consilium.protocols.rep3;

import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * When memory is free again: the intermediate arrays of an instruction at its end, and the values
 * of a scope, such as a step of training, at the end of the scope. A value of a scope that is over
 * refuses to be used.
 */
final class Scopes {
  private final WordArena arena;
  private List<ReplicatedShares> made = new ArrayList<>();
  private int depth;

  Scopes(WordArena arena) {
    this.arena = arena;
  }

  /** Notes a value that belongs to the innermost scope. */
  <T extends ReplicatedShares> T made(T value) {
    if (depth > 0) {
      made.add(value);
    }
    return value;
  }

  /** Runs an instruction and keeps its results. */
  <T extends ReplicatedShares> List<T> instruction(Supplier<List<T>> protocol) {
    int mark = arena.open();
    List<T> results = protocol.get();
    arena.close(mark, arrays(results));
    results.forEach(this::made);
    return results;
  }

  /** Runs a part of a program and keeps what it returns. */
  List<SecretTensor> run(Supplier<List<SecretTensor>> part) {
    List<ReplicatedShares> around = made;
    made = new ArrayList<>();
    depth++;
    int mark = arena.open();
    List<SecretTensor> returned = part.get();
    List<ReplicatedTensor> kept = returned.stream().map(ReplicatedTensor::of).toList();
    arena.close(mark, arrays(kept));
    for (ReplicatedShares value : made) {
      if (!kept.contains(value)) {
        value.end();
      }
    }
    made = around;
    depth--;
    kept.forEach(this::made);
    return returned;
  }

  private static List<long[]> arrays(List<? extends ReplicatedShares> values) {
    List<long[]> arrays = new ArrayList<>();
    for (ReplicatedShares value : values) {
      arrays.add(value.own);
      arrays.add(value.next);
    }
    return arrays;
  }
}
