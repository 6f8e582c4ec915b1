package io.consilium.bench.kernels;

import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPacking;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.ring.RingVector;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is done to every element of a vector; times are per element. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VectorKernel {
  /** 128 KiB: in the second-level cache, as the blocks of a protocol should be. */
  private static final int ELEMENTS = 1 << 14;

  private static final int WIDTH = 32;

  /** Not a divisor of 64, as most truncations. */
  private static final int PACKED_BITS = 28;

  private static final byte[] KEY = new byte[16];

  private final Prf prf = new Prf("benchmark", KEY, AddressLedger.NONE);
  private final long[] masks = new long[ELEMENTS];
  private long sequence;
  private long[] x;
  private long[] y;
  private long[] packed;

  @Setup
  public void fill() {
    x = Numbers.words(ELEMENTS, 1);
    y = Numbers.words(ELEMENTS, 2);
    packed = BitPacking.pack(x, PACKED_BITS);
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public long[] product() {
    return RingVector.multiply(x, y);
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public long[] bitPlanes() {
    return BitPlanes.of(x, WIDTH);
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public long[] pack() {
    return BitPacking.pack(x, PACKED_BITS);
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public long[] unpack() {
    return BitPacking.unpack(packed, ELEMENTS, PACKED_BITS);
  }

  @Benchmark
  @OperationsPerInvocation(ELEMENTS)
  public long[] mask() {
    prf.fill(new Address(sequence++, 0, Purpose.ZERO_SHARE), masks, ELEMENTS);
    return masks;
  }
}
