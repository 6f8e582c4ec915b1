package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.SecretTensor;
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

/** Runs one program at three parties within this process, with keys made from a seed. */
public final class ThreeParties {
  private final long seed;
  private final AddressLedger[] ledgers;
  private final InMemoryNetwork network;
  private Pieces pieces = Pieces.DEFAULT;

  public ThreeParties(long seed) {
    this(seed, new InMemoryNetwork(), AddressLedger.NONE, AddressLedger.NONE, AddressLedger.NONE);
  }

  public ThreeParties(long seed, InMemoryNetwork network, AddressLedger... ledgerOfParties) {
    this.seed = seed;
    this.network = network;
    this.ledgers = ledgerOfParties.clone();
  }

  /** Cuts vectors into pieces of so many elements. */
  ThreeParties inPieces(int elementsMax) {
    pieces = new Pieces(elementsMax);
    return this;
  }

  /** What the parties returned, what they declared, and what the channels counted. */
  public record Outcome<T>(List<T> results, Cost declared, Cost counted) {}

  /** Runs the program and returns the result of P0, which must be what the others got as well. */
  public static long[] open(long seed, Function<Rep3Backend, SecretTensor> program) {
    List<long[]> opened =
        new ThreeParties(seed)
            .run(backend -> backend.open(program.apply(backend), any()))
            .results();
    for (long[] codes : opened) {
      if (!Arrays.equals(codes, opened.getFirst())) {
        throw new AssertionError("the parties opened different values");
      }
    }
    return opened.getFirst();
  }

  /** A disclosure for tests. */
  public static Disclosure any() {
    return Disclosure.grant("test", "test", Long.MAX_VALUE, (value, recipient, elements) -> {});
  }

  public <T> Outcome<T> run(Function<Rep3Backend, T> program) {
    return run((party, keys) -> keys, program);
  }

  /** As {@link #run(Function)}, with keys of the test's own making. */
  public <T> Outcome<T> run(KeyMaker keyMaker, Function<Rep3Backend, T> program) {
    List<Channel> channels = Arrays.stream(ComputeParty.values()).map(network::channel).toList();
    List<Rep3Backend> backends = new ArrayList<>();
    List<Future<T>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        SessionKeys keys = keyMaker.make(party, seededKeys(party));
        Rep3Backend backend = new Rep3Backend(channels.get(party.ordinal()), keys, pieces);
        backends.add(backend);
        futures.add(threads.submit(() -> runAt(backend, channels, program)));
      }
    }
    List<T> results = futures.stream().map(ThreeParties::result).toList();
    long rounds = channels.stream().mapToLong(c -> c.traffic().rounds()).max().orElseThrow();
    long bytes = channels.stream().mapToLong(c -> c.traffic().bytesSent()).sum();
    return new Outcome<>(results, backends.getFirst().declared(), new Cost(rounds, bytes));
  }

  /** Makes a party's keys, or wraps the seeded ones. */
  @FunctionalInterface
  public interface KeyMaker {
    SessionKeys make(ComputeParty party, SessionKeys seeded);
  }

  private <T> T runAt(
      Rep3Backend backend, List<Channel> channels, Function<Rep3Backend, T> program) {
    try {
      return program.apply(backend);
    } catch (RuntimeException | Error e) {
      channels.get(backend.self().ordinal()).close();
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

  private SessionKeys seededKeys(ComputeParty party) {
    AddressLedger ledger = ledgers[party.ordinal()];
    return new SessionKeys(key(party, ledger), key(party.next(), ledger));
  }

  private Prf key(ComputeParty share, AddressLedger ledger) {
    byte[] key = ByteBuffer.allocate(16).putLong(seed).putLong(share.ordinal()).array();
    return new Prf("key of share " + share.ordinal(), key, ledger);
  }
}
