package io.consilium.bench.kernels;

import java.util.SplittableRandom;

final class Numbers {
  private Numbers() {}

  /** Words that look like shares. */
  static long[] words(int count, long seed) {
    return new SplittableRandom(seed).longs(count).toArray();
  }
}
