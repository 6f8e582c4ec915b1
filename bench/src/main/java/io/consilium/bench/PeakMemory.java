package io.consilium.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The most memory that this process has held: resident, as Linux counts it, and elsewhere the peak
 * of the Java heap.
 */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String FIELD = "VmHWM:";
  private static final long KIB = 1024;

  private PeakMemory() {}

  /** Forgets the peak so far, where that is possible. */
  static void reset() {
    System.gc();
    heap().forEach(MemoryPoolMXBean::resetPeakUsage);
    try {
      if (Files.isWritable(RESET)) {
        // 5 resets the peak of the resident set and nothing else, see proc(5).
        Files.writeString(RESET, "5");
      }
    } catch (IOException e) {
      // The peak then includes start-up and check, so the figure is too large, never too small.
      return;
    }
  }

  static long bytes() {
    try {
      return Files.exists(STATUS) ? resident(Files.readString(STATUS)) : heapBytes();
    } catch (IOException e) {
      return heapBytes();
    }
  }

  /** The field of a status file, which is in KiB. */
  static long resident(String status) {
    return status
        .lines()
        .filter(line -> line.startsWith(FIELD))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
        .findFirst()
        .orElseGet(PeakMemory::heapBytes);
  }

  private static java.util.stream.Stream<MemoryPoolMXBean> heap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP);
  }

  private static long heapBytes() {
    return heap().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
  }
}
