package io.consilium.bench.onnx;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.KeyAgreement;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionDescription;
import io.consilium.protocols.rep3.SessionKeys;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Three compute parties, each a thread: the protocol's own messages over channels in memory, under
 * keys that the three agree on.
 */
final class LocalTrio {
  /** Parties wait for each other while one of them computes on a machine with few cores. */
  private static final long SILENCE_MILLIS_MAX = 600_000;

  private static final int DIGEST_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  /**
   * Runs a program at all three.
   *
   * @return what P0, P1 and P2 returned
   */
  <T> List<T> run(Function<Rep3Backend, T> program) throws InterruptedException {
    InMemoryNetwork network = new InMemoryNetwork((_, _, _, _) -> {}, SILENCE_MILLIS_MAX);
    byte[] session = new byte[16];
    random.nextBytes(session);
    List<Future<T>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        Channel channel = network.channel(party);
        futures.add(threads.submit(() -> at(channel, session, program)));
      }
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(result(future));
    }
    return results;
  }

  private <T> T at(Channel channel, byte[] session, Function<Rep3Backend, T> program) {
    try {
      byte[] nothing = new byte[DIGEST_BYTES];
      SessionDescription description =
          new SessionDescription(session, nothing, Collections.nCopies(3, nothing));
      SessionKeys keys =
          new KeyAgreement(random, AddressLedger.NONE).agree(channel, description, 0).keys();
      return program.apply(new Rep3Backend(channel, keys));
    } catch (RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
