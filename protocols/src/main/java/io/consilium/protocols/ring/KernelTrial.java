package io.consilium.protocols.ring;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Compiles, checks and times micro-kernels, by the processor time of one thread.
 *
 * <p>Nearly all of its time, about a second, goes into the compilation; the timing itself takes a
 * few milliseconds.
 */
final class KernelTrial {
  private static final int INNER = 256;
  private static final int CALLS_PER_SAMPLE = 8;
  private static final int SAMPLES_PER_ROUND = 8;

  /** So many rounds without a faster one mean that the compiler is done: 0.1 s when it is. */
  private static final int QUIET_ROUNDS = 300;

  private static final int ROUNDS_MAX = 10_000;
  private static final double FASTER = 0.97;

  private static final long PATTERN = 0x9E3779B97F4A7C15L;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final long[] left = new long[2 * MicroKernel.ROWS * INNER];
  private final long[] right = new long[PanelProduct.TILE_COLUMNS_MAX * (INNER + 1)];
  private final long[] z = new long[MicroKernel.ROWS * PanelProduct.TILE_COLUMNS_MAX];

  /** The fastest of the kernels that compute rightly, or null if there is none. */
  MicroKernel fastest(List<MicroKernel> kernels) {
    List<MicroKernel> right = kernels.stream().filter(this::computesRightly).toList();
    // In turn, so that what disturbs the machine disturbs all of them.
    long[] nanosMin = new long[right.size()];
    Arrays.fill(nanosMin, Long.MAX_VALUE);
    int quiet = 0;
    for (int round = 0; round < ROUNDS_MAX && quiet < QUIET_ROUNDS; round++) {
      quiet++;
      for (int i = 0; i < nanosMin.length; i++) {
        long nanos = roundNanos(right.get(i));
        if (nanos < FASTER * nanosMin[i]) {
          quiet = 0;
        }
        nanosMin[i] = Math.min(nanosMin[i], nanos);
      }
    }
    return IntStream.range(0, nanosMin.length)
        .boxed()
        .min(Comparator.comparingLong(i -> nanosMin[i]))
        .map(right::get)
        .orElse(null);
  }

  private boolean computesRightly(MicroKernel kernel) {
    int columns = kernel.columns();
    fill(left, MicroKernel.ROWS * INNER);
    fill(right, columns * INNER);
    long[] expected = new long[z.length];
    for (int k = 0; k < INNER; k++) {
      for (int i = 0; i < MicroKernel.ROWS; i++) {
        for (int j = 0; j < columns; j++) {
          expected[i * columns + j] += left[k * MicroKernel.ROWS + i] * right[k * columns + j];
        }
      }
    }
    kernel.finishLeft(left, 0, INNER);
    kernel.finishRight(right, 0, INNER);
    Arrays.fill(z, 0);
    multiply(kernel);
    return Arrays.equals(expected, z);
  }

  /** Public values with all bits in use. */
  private static void fill(long[] panel, int count) {
    for (int i = 0; i < count; i++) {
      panel[i] = (i + 1) * PATTERN ^ i * PATTERN >>> 29;
    }
  }

  private void multiply(MicroKernel kernel) {
    kernel.multiplyAdd(INNER, left, 0, right, 0, z, 0, kernel.columns());
  }

  /** The shortest of a few samples. */
  private long roundNanos(MicroKernel kernel) {
    long nanosMin = Long.MAX_VALUE;
    for (int sample = 0; sample < SAMPLES_PER_ROUND; sample++) {
      long from = threads.getCurrentThreadCpuTime();
      for (int call = 0; call < CALLS_PER_SAMPLE; call++) {
        multiply(kernel);
      }
      nanosMin = Math.min(nanosMin, threads.getCurrentThreadCpuTime() - from);
    }
    return nanosMin;
  }
}
