package io.consilium.training.plain;

import org.bytedeco.javacpp.Pointer;

/**
 * Keeps what ND4J has left behind outside of the heap from growing: its arrays are freed when the
 * collector finds their small handles, and nothing makes it look for them while the heap has room.
 * Networks with convolutions leave hundreds of megabytes a step.
 */
final class NativeMemory {
  private static final long LIMIT_MIN = 3L << 30;

  private long limit = LIMIT_MIN;

  /** Collects if the process has grown by a good part since it last did. */
  void tidy() {
    if (Pointer.physicalBytes() > limit) {
      System.gc();
      limit = Math.max(LIMIT_MIN, Pointer.physicalBytes() / 2 * 3);
    }
  }
}
