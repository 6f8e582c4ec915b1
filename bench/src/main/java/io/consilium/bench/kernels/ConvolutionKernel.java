package io.consilium.bench.kernels;

import io.consilium.protocols.ring.ConvolutionGeometry;
import io.consilium.protocols.ring.RingConvolution;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The second convolution of a LeNet, 20 channels of 12 x 12 to 50 by 5 x 5, batches of 128. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ConvolutionKernel {
  private static final ConvolutionGeometry GEOMETRY =
      new ConvolutionGeometry(
          128,
          20,
          50,
          1,
          List.of(12, 12),
          List.of(5, 5),
          List.of(1, 1),
          List.of(0, 0),
          List.of(1, 1));

  private static final int INPUTS = 128 * 20 * 12 * 12;
  private static final int WEIGHTS = 50 * 20 * 5 * 5;
  private static final int OUTPUTS = 128 * 50 * 8 * 8;

  private long[] x;
  private long[] w;
  private long[] g;

  @Setup
  public void fill() {
    x = Numbers.words(INPUTS, 1);
    w = Numbers.words(WEIGHTS, 2);
    g = Numbers.words(OUTPUTS, 3);
  }

  @Benchmark
  public long[] forward() {
    RingConvolution.forward(GEOMETRY, x, w, g);
    return g;
  }

  @Benchmark
  public long[] inputGradient() {
    RingConvolution.inputGradient(GEOMETRY, w, g, x);
    return x;
  }

  @Benchmark
  public long[] weightGradient() {
    RingConvolution.weightGradient(GEOMETRY, x, g, w);
    return w;
  }

  @Benchmark
  public long[] replicatedForward() {
    RingConvolution.replicatedForward(GEOMETRY, x, x, w, w, g);
    return g;
  }
}
