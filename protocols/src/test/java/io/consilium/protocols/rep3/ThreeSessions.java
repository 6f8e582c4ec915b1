package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Runs one protocol class at three parties within this process, below the backend. */
final class ThreeSessions {
  /** A message per vector, however long it is: what a test looks at is one protocol's messages. */
  private static final Pieces WHOLE = new Pieces(1 << 30);

  private ThreeSessions() {}

  /** Runs the protocol with keys made from a seed; results in the order of the parties. */
  static <T> List<T> run(long seed, Function<Rep3Session, T> protocol) {
    return run(new InMemoryNetwork(), party -> keys(seed, party), protocol);
  }

  static <T> List<T> run(
      InMemoryNetwork network,
      Function<ComputeParty, SessionKeys> keys,
      Function<Rep3Session, T> protocol) {
    List<Channel> channels = Arrays.stream(ComputeParty.values()).map(network::channel).toList();
    return run(channels, keys, protocol);
  }

  static <T> List<T> run(
      List<Channel> channels,
      Function<ComputeParty, SessionKeys> keys,
      Function<Rep3Session, T> protocol) {
    List<Future<T>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Channel channel : channels) {
        Rep3Session session = new Rep3Session(channel, keys.apply(channel.self()), WHOLE);
        futures.add(threads.submit(() -> runAt(session, protocol)));
      }
    }
    return futures.stream().map(ThreeSessions::result).toList();
  }

  private static <T> T runAt(Rep3Session session, Function<Rep3Session, T> protocol) {
    try {
      return protocol.apply(session);
    } catch (RuntimeException | Error e) {
      session.channel().close();
      throw e;
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Real functions under keys made from a seed. */
  static SessionKeys keys(long seed, ComputeParty party) {
    return new SessionKeys(prf(seed, party.ordinal()), prf(seed, party.next().ordinal()));
  }

  static Prf prf(long seed, int share) {
    byte[] key = ByteBuffer.allocate(16).putLong(seed).putLong(share).array();
    return new Prf("key of share " + share, key, AddressLedger.NONE);
  }
}
