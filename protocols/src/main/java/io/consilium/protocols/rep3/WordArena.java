package io.consilium.protocols.rep3;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arrays that are used again, so that a step of training makes no garbage to speak of. Between
 * {@link #open} and {@link #close} every array that was taken is noted; closing gives all of them
 * back but the ones that are kept, which then belong to the scope around. Outside of any scope
 * arrays are new and the garbage collector's.
 *
 * <p>An array that is used again holds old shares: who takes one writes all of it. One thread.
 */
final class WordArena {
  private final Map<Integer, ArrayDeque<long[]>> spare = new HashMap<>();
  private final List<long[]> taken = new ArrayList<>();
  private final long spareWordsMax;
  private long spareWords;
  private int scopes;

  /**
   * An arena without arrays.
   *
   * @param spareWordsMax words that may lie ready; beyond that all of them are let go, since their
   *     lengths may be those of a phase that is over
   */
  WordArena(long spareWordsMax) {
    this.spareWordsMax = spareWordsMax;
  }

  /** An array of exactly this length with contents of no meaning. */
  long[] take(int length) {
    if (scopes == 0 || length == 0) {
      return new long[length];
    }
    ArrayDeque<long[]> ready = spare.get(length);
    long[] array = ready == null ? null : ready.poll();
    if (array == null) {
      array = new long[length];
    } else {
      spareWords -= length;
    }
    taken.add(array);
    return array;
  }

  /** Begins a scope and returns its mark. */
  int open() {
    scopes++;
    return taken.size();
  }

  /** Ends the innermost scope. */
  void close(int mark, List<long[]> kept) {
    scopes--;
    int stays = mark;
    for (int i = mark; i < taken.size(); i++) {
      long[] array = taken.get(i);
      if (!holds(kept, array)) {
        giveBack(array);
      } else if (scopes > 0) {
        taken.set(stays++, array);
      }
    }
    taken.subList(stays, taken.size()).clear();
  }

  @SuppressWarnings("ReferenceEquality") // Which array it is matters, not what it holds.
  private static boolean holds(List<long[]> kept, long[] array) {
    for (long[] candidate : kept) {
      if (candidate == array) {
        return true;
      }
    }
    return false;
  }

  private void giveBack(long[] array) {
    if (spareWords + array.length > spareWordsMax) {
      spare.clear();
      spareWords = 0;
    }
    if (array.length <= spareWordsMax) {
      spareWords += array.length;
      spare.computeIfAbsent(array.length, _ -> new ArrayDeque<>()).push(array);
    }
  }
}
