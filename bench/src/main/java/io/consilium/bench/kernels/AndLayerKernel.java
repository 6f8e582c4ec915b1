package io.consilium.bench.kernels;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionKeys;
import io.consilium.protocols.transport.InMemoryNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One layer of AND gates at all three parties: three threads, messages in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AndLayerKernel {
  private static final int GATES = 1 << 20;
  private static final int KEY_BYTES = 16;

  private final ExecutorService threads = Executors.newFixedThreadPool(3);
  private final List<Callable<SecretBits>> layers = new ArrayList<>();

  @Setup
  public void share() throws InterruptedException, ExecutionException {
    InMemoryNetwork network = new InMemoryNetwork();
    List<Callable<Callable<SecretBits>>> parties = new ArrayList<>();
    for (ComputeParty party : ComputeParty.values()) {
      SessionKeys keys = new SessionKeys(key(party), key(party.next()));
      Rep3Backend backend = new Rep3Backend(network.channel(party), keys);
      parties.add(() -> layer(backend));
    }
    for (Future<Callable<SecretBits>> party : threads.invokeAll(parties)) {
      layers.add(party.get());
    }
  }

  /** F_i is known to P_i and the party before it. */
  private static Prf key(ComputeParty owner) {
    byte[] key = new byte[KEY_BYTES];
    key[0] = (byte) owner.ordinal();
    return new Prf("benchmark", key, AddressLedger.NONE);
  }

  private static Callable<SecretBits> layer(Rep3Backend b) {
    SecretBits x = signs(b, 1);
    SecretBits y = signs(b, 2);
    return () -> b.and(x, y);
  }

  private static SecretBits signs(Rep3Backend b, long seed) {
    long[] codes = b.self() == ComputeParty.P1 ? Numbers.words(GATES, seed) : new long[0];
    SecretTensor x = b.input(ComputeParty.P1, Shape.vector(GATES), FixedPoint.INTEGER, codes);
    return b.negative(x, Long.SIZE);
  }

  @Benchmark
  public List<Future<SecretBits>> andLayer() throws InterruptedException {
    return threads.invokeAll(layers);
  }

  @TearDown
  public void stop() {
    threads.shutdownNow();
  }
}
