package io.consilium.protocols.ring;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Which kernel computes the large products of this process.
 *
 * <p>The portable kernel does so until a background thread has compiled, checked and timed those
 * that need the module {@code jdk.incubator.vector}; then the fastest one takes over. Without the
 * module the portable one stays. All give the same bits, so nothing depends on when that happens.
 */
public final class RingKernels {
  /**
   * Products smaller than this do not start the choice: a process that has only such ones never
   * pays for the compilation of the vector kernels.
   */
  private static final long LARGE_MULTIPLY_ADDS = 1_000_000;

  /** Products smaller than this take the portable kernel, whatever the choice: no time to pack. */
  private static final long SMALL_MULTIPLY_ADDS = 20_000;

  private static final ProductKernel PORTABLE = new RowProduct();
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static final CountDownLatch CHOSEN = new CountDownLatch(1);

  private static volatile ProductKernel chosen = PORTABLE;
  private static volatile ProductKernel forced;

  private RingKernels() {}

  /** Starts the choice in the background, unless it has been started. For the start of a node. */
  public static void prepare() {
    if (STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("ring-kernel-choice").start(RingKernels::choose);
    }
  }

  /** Waits for the choice and returns the name of the kernel that computes large products. */
  public static String awaitChoice() throws InterruptedException {
    prepare();
    CHOSEN.await();
    return chosen.label();
  }

  /** The names of all kernels that run here. */
  public static List<String> available() {
    return all().stream().map(ProductKernel::label).toList();
  }

  /**
   * Makes every product take one kernel, whatever its size: for tests and benchmarks.
   *
   * @throws IllegalArgumentException if no kernel of that name runs here
   */
  public static void force(String label) {
    forced =
        all().stream()
            .filter(kernel -> kernel.label().equals(label))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("no kernel " + label + " in " + available()));
  }

  /** Ends {@link #force}. */
  public static void unforce() {
    forced = null;
  }

  static ProductKernel forProduct(long multiplyAdds) {
    ProductKernel kernel = forced;
    if (kernel != null) {
      return kernel;
    }
    if (multiplyAdds >= LARGE_MULTIPLY_ADDS) {
      prepare();
    }
    return multiplyAdds < SMALL_MULTIPLY_ADDS ? PORTABLE : chosen;
  }

  /** Whether the small products may go their own ways. */
  static boolean automatic() {
    return forced == null;
  }

  static List<ProductKernel> all() {
    List<ProductKernel> kernels = new java.util.ArrayList<>(List.of(PORTABLE));
    for (MicroKernel kernel : vectorKernels()) {
      kernels.add(new PanelProduct(kernel));
    }
    return List.copyOf(kernels);
  }

  static List<MicroKernel> vectorKernels() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? VectorKernels.all()
        : List.of();
  }

  private static void choose() {
    try {
      MicroKernel fastest = new KernelTrial().fastest(vectorKernels());
      if (fastest != null) {
        chosen = new PanelProduct(fastest);
      }
    } finally {
      CHOSEN.countDown();
    }
  }
}
