package io.consilium.bench.kernels;

import io.consilium.protocols.ring.RingMatrix;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Matrix products modulo 2^64: square ones, and those of a dense layer with a batch of 128. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RingMatrixKernel {
  @Param({"512x512x512", "128x784x128", "128x1000x1"})
  private String rowsInnerColumns;

  private RingMatrix.View x;
  private RingMatrix.View y;
  private long[] z;

  @Setup
  public void fill() {
    String[] sides = rowsInnerColumns.split("x", -1);
    int rows = Integer.parseInt(sides[0]);
    int inner = Integer.parseInt(sides[1]);
    int columns = Integer.parseInt(sides[2]);
    x = new RingMatrix.View(Numbers.words(rows * inner, 1), rows, inner, false);
    y = new RingMatrix.View(Numbers.words(inner * columns, 2), inner, columns, false);
    z = new long[rows * columns];
  }

  @Benchmark
  public long[] multiplyAdd() {
    RingMatrix.multiplyAdd(x, y, z);
    return z;
  }

  /** What a party computes for the product of two shared matrices: twice the multiply-adds. */
  @Benchmark
  public long[] replicatedMultiplyAdd() {
    RingMatrix.replicatedMultiplyAdd(x, x, y, y, z);
    return z;
  }

  /** The right factor read as its transpose, without a copy. */
  @Benchmark
  public long[] transposed() {
    RingMatrix.View columns = new RingMatrix.View(y.elements(), y.columns(), y.rows(), true);
    RingMatrix.multiplyAdd(x, columns, z);
    return z;
  }
}
