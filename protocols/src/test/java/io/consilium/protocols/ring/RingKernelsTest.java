package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.consilium.protocols.ring.RingMatrix.View;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RingKernelsTest {
  private static final int CHILD_SECONDS_MAX = 60;

  /** Prints what a process finds, and a checksum of a large product. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws InterruptedException {
      System.out.println(RingKernels.available() + " " + RingKernels.awaitChoice());
      System.out.println(checksum());
    }
  }

  private static long checksum() {
    SplittableRandom random = new SplittableRandom(20260802L);
    View x = new View(random.longs(150 * 170).toArray(), 150, 170, false);
    View y = new View(random.longs(170 * 130).toArray(), 170, 130, false);
    long[] z = new long[150 * 130];
    RingMatrix.multiplyAdd(x, y, z);
    return Arrays.hashCode(z);
  }

  private static List<String> child(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      assertThat(process.waitFor(CHILD_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void withoutTheModuleThePortableKernelGivesTheSameBits() throws Exception {
    assertThat(child()).containsExactly("[portable] portable", String.valueOf(checksum()));
  }

  @Test
  void withNarrowVectorsTheOthersAreLeftOut() throws Exception {
    assertThat(child("--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=16"))
        .containsExactly("[portable] portable", String.valueOf(checksum()));
  }

  @Test
  void choosesAmongThoseThatComputeRightly() {
    MicroKernel wrong =
        new MicroKernel() {
          @Override
          String label() {
            return "wrong";
          }

          @Override
          int columns() {
            return 8;
          }

          @Override
          void multiplyAdd(
              int inner,
              long[] left,
              int leftOffset,
              long[] right,
              int rightOffset,
              long[] z,
              int zOffset,
              int zStride) {}
        };

    assertThat(new KernelTrial().fastest(List.of())).isNull();
    assertThat(new KernelTrial().fastest(List.of(wrong))).isNull();
  }

  @Test
  void theChoiceIsOneOfTheVectorKernels() throws InterruptedException {
    assertThat(RingKernels.awaitChoice()).isIn(RingKernels.available()).startsWith("vector-");
  }

  @Test
  void refusesAKernelThatIsNotThere() {
    assertThatThrownBy(() -> RingKernels.force("quantum"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quantum")
        .hasMessageContaining("portable");
  }

  @Test
  void aWarmProductAllocatesNoBuffers() throws InterruptedException {
    RingKernels.awaitChoice();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    View x = new View(new long[200 * 200], 200, 200, false);
    long[] z = new long[200 * 200];
    int products = 50;
    // The compiler may still be at work: the least of many measurements is the steady state.
    long least = Long.MAX_VALUE;
    for (int measurement = 0; measurement < 20; measurement++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < products; i++) {
        RingMatrix.replicatedMultiplyAdd(x, x, x, x, z);
      }
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / products);
    }

    // Records only: the packed factors would be 640 KB, vectors that escape a kernel 1 MB.
    assertThat(least).isLessThan(64 * 1024);
  }
}
