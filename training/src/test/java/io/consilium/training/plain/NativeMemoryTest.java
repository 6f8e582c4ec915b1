package io.consilium.training.plain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NativeMemoryTest {
  private static final long BASE = 1L << 30;
  private static final long STEP = 200L << 20;

  private long used = BASE;
  private long garbage;
  private long collections;
  private int untilFreed = -1;

  private void collected() {
    collections++;
    untilFreed = 3;
  }

  /**
   * What is collected is freed three steps later, as by a thread in the background, and the process
   * keeps it for what it needs next.
   */
  @Test
  void theProcessStaysBelowABoundHoweverLongItRuns() {
    NativeMemory memory = new NativeMemory(() -> used, this::collected);
    for (int step = 0; step < 1000; step++) {
      garbage += STEP;
      used = Math.max(used, BASE + garbage);
      if (untilFreed-- == 0) {
        garbage = 0;
      }
      memory.tidy();
    }

    assertThat(used).isLessThan(BASE + 2 * NativeMemory.GROWTH_MAX);
    assertThat(collections).isBetween(50L, 150L);
  }

  @Test
  void whatStaysIsNotCollectedAtEveryStep() {
    NativeMemory memory = new NativeMemory(() -> used, this::collected);
    memory.tidy();
    used += 10 * NativeMemory.GROWTH_MAX;
    for (int step = 0; step < 100; step++) {
      memory.tidy();
    }

    assertThat(collections).isBetween(1L, 13L);
  }
}
