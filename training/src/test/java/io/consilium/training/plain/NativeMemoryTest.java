package io.consilium.training.plain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NativeMemoryTest {
  private static final long BASE = 1L << 30;
  private static final long STEP = 200L << 20;

  private long used = BASE;
  private long collections;
  private int untilFreed = -1;

  private void collected() {
    collections++;
    untilFreed = 3;
  }

  /** What is collected is freed three steps later, as by a thread in the background. */
  @Test
  void theProcessStaysBelowABoundHoweverLongItRuns() {
    NativeMemory memory = new NativeMemory(() -> used, this::collected);
    long largest = 0;
    for (int step = 0; step < 1000; step++) {
      used += STEP;
      if (untilFreed-- == 0) {
        used = BASE;
      }
      memory.tidy();
      largest = Math.max(largest, used);
    }

    assertThat(largest).isLessThan(BASE + NativeMemory.GROWTH_MAX + 6 * STEP);
    assertThat(collections).isBetween(50L, 150L);
  }

  @Test
  void whatStaysIsNotCollectedOverAndOver() {
    NativeMemory memory = new NativeMemory(() -> used, this::collected);
    memory.tidy();
    used += 10 * NativeMemory.GROWTH_MAX;
    for (int step = 0; step < 100; step++) {
      memory.tidy();
    }

    assertThat(collections).isEqualTo(1);
  }
}
