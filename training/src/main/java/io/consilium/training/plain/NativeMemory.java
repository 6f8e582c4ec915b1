package io.consilium.training.plain;

import java.util.function.LongSupplier;
import org.bytedeco.javacpp.Pointer;

/**
 * Keeps what ND4J has left behind outside of the heap from growing: its arrays are freed when the
 * collector finds their small handles, and nothing makes it look for them while the heap has room.
 * Networks with convolutions leave hundreds of megabytes a step.
 */
final class NativeMemory {
  static final long GROWTH_MAX = 2L << 30;

  /** Data that came at once are no reason to collect at every step. */
  private static final int STEPS_MIN = 8;

  private final LongSupplier used;
  private final Runnable collector;

  private long least = Long.MAX_VALUE;
  private int steps;
  private int stepsMax = Integer.MAX_VALUE;

  NativeMemory() {
    this(Pointer::physicalBytes, System::gc);
  }

  NativeMemory(LongSupplier used, Runnable collector) {
    this.used = used;
    this.collector = collector;
  }

  /**
   * Collects after as many steps as it took to grow by {@link #GROWTH_MAX} bytes. Growth alone
   * would not do: what is freed stays with the process, which grows again only when that is used
   * up.
   */
  void tidy() {
    long now = used.getAsLong();
    least = Math.min(least, now);
    steps++;
    boolean grown = now - least > GROWTH_MAX;
    if (grown) {
      stepsMax = Math.max(STEPS_MIN, Math.min(stepsMax, steps));
    }
    if (grown || steps >= stepsMax) {
      collector.run();
      least = now;
      steps = 0;
    }
  }
}
