package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Relu;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.TlsTrio;
import io.consilium.protocols.transport.TransportLimits;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * A repeated part of a program allocates no vectors, over real connections: messages, records of
 * TLS and the lists of small objects that describe them are all that is left.
 */
final class SteadyStateTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int ELEMENTS = 100_000;
  private static final int WARM_UP = 30;
  private static final int MEASURED = 10;

  /**
   * The compiler and the peers' timing decide how many records a message is cut into; the steady
   * state is what the step comes down to, so the least of several measurements counts.
   */
  private static final int MEASUREMENTS = 15;

  /** Less than one vector of the computation, which uses some dozens. */
  private static final long BYTES_MAX = ELEMENTS * Long.BYTES;

  @Test
  void aStepInAScopeAllocatesLessThanOneOfItsVectors() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    Shares shares = Shares.additive(random, random.longs(ELEMENTS, -1 << 15, 1 << 15).toArray());
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT)) {
      List<Long> allocated = trio.run(channel -> allocatedByAStep(channel, shares));

      assertThat(allocated).allSatisfy(bytes -> assertThat(bytes).isBetween(1L, BYTES_MAX));
    }
  }

  private static long allocatedByAStep(Channel channel, Shares shares) {
    Rep3Backend b = new Rep3Backend(channel, ThreeSessions.keys(SEED, channel.self()));
    ReplicatedTensor bare = shares.at(channel.self(), Shape.vector(ELEMENTS), new FixedPoint(16));
    SecretTensor x = b.within(bare, ValueRange.ofWidth(17));
    for (int i = 0; i < WARM_UP; i++) {
      step(b, x);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int measurement = 0; measurement < MEASUREMENTS; measurement++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < MEASURED; i++) {
        step(b, x);
      }
      channel.flush();
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / MEASURED);
    }
    return least;
  }

  /** A product, its truncation, a sign, a selection. */
  private static void step(Rep3Backend b, SecretTensor x) {
    List<SecretTensor> _ =
        b.scoped(() -> {
          SecretTensor square = b.truncate(b.multiply(x, x), 16);
          SecretTensor sum = b.add(b.within(square, ValueRange.ofWidth(20)), x);
          SecretTensor _ = Relu.of(b, sum);
          return List.of();
        });
  }
}
