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

  private final LongSupplier used;
  private final Runnable collector;

  /** The least since the last collection, which frees in the background, some time after it. */
  private long least = Long.MAX_VALUE;

  NativeMemory() {
    this(Pointer::physicalBytes, System::gc);
  }

  NativeMemory(LongSupplier used, Runnable collector) {
    this.used = used;
    this.collector = collector;
  }

  /** Collects if the process has grown by {@link #GROWTH_MAX} bytes since it last did. */
  void tidy() {
    long now = used.getAsLong();
    least = Math.min(least, now);
    if (now - least > GROWTH_MAX) {
      collector.run();
      least = now;
    }
  }
}
