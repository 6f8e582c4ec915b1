package io.consilium.protocols.rep3;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.List;
import java.util.stream.IntStream;

/** A program that uses every instruction, local ones as well, for tests of whole sessions. */
final class EveryInstruction {
  private static final FixedPoint F16 = new FixedPoint(16);
  private static final int COLUMNS = 14;
  static final int SIZE = 5 * COLUMNS;

  private EveryInstruction() {}

  /** Runs so many rounds of the program on two vectors of a multiple of 14 codes. */
  static void run(Rep3Backend backend, int times, long[] a, long[] b) {
    for (int i = 0; i < times; i++) {
      var _ = once(backend, a, b);
    }
    backend.compareOpened();
  }

  private static long[] once(Rep3Backend backend, long[] a, long[] b) {
    SecretTensor x = input(backend, ComputeParty.P0, a);
    SecretTensor y = input(backend, ComputeParty.P1, b);
    SecretTensor z = input(backend, ComputeParty.P2, a);
    List<SecretTensor> products = backend.multiply(List.of(x, y), List.of(z, z));
    SecretTensor single = backend.truncate(backend.multiply(x, y), 16);
    SecretTensor square =
        backend
            .products(
                List.of(
                    new SecretProduct.OfMatrices(y, true, x, false),
                    new SecretProduct.OfMatrices(x, false, y, true)))
            .getLast();
    SecretTensor columns = backend.dotRows(x, y);
    SecretTensor gradient = backend.products(convolutions(backend, x, y)).getLast();
    List<SecretTensor> truncated =
        backend.truncate(
            List.of(products.getLast(), square, gradient, columns), new int[] {16, 13, 7, 20});
    SecretTensor exact = backend.truncateExactly(products.getFirst(), 16);
    SecretBits negative = backend.negative(exact, 32);
    List<SecretBits> bits = backend.bitsOf(single, 12);
    SecretBits both =
        backend
            .and(
                List.of(backend.xor(negative, bits.getFirst()), bits.getLast()),
                List.of(backend.not(bits.get(3)), negative))
            .getLast();
    SecretBits joined = backend.concatenateBits(List.of(both, negative));
    SecretBits sliced = backend.slice(joined, 3, 3 + a.length);
    Backend.BitProducts selected =
        backend.bitProducts(List.of(negative, sliced), List.of(both), List.of(exact));
    SecretTensor word = backend.wordToArithmetic(bits);
    SecretTensor sum =
        backend.add(
            backend.multiply(word, 3),
            backend.add(selected.integers().getFirst(), selected.integers().getLast()));
    var _ = backend.share(truncated.getLast(), ThreeParties.any());
    return backend.open(sum, ThreeParties.any());
  }

  /** The rows as sequences of one channel, gathered from every second column. */
  private static List<SecretProduct> convolutions(
      Rep3Backend backend, SecretTensor x, SecretTensor y) {
    int rows = x.shape().rows();
    List<Integer> one = List.of(1);
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(rows, 1, 1, 1, List.of(COLUMNS / 2), List.of(3), one, one, one);
    ColumnSums everySecond =
        ColumnSums.at(COLUMNS, IntStream.range(0, COLUMNS / 2).map(i -> 2 * i).toArray());
    SecretTensor input =
        backend.reshape(backend.sumColumns(x, everySecond), new Shape(geometry.inputShape()));
    SecretTensor error =
        backend.reshape(backend.sumColumns(y, everySecond), new Shape(geometry.outputShape()));
    SecretTensor weights =
        backend.reshape(
            backend.columns(backend.rowRange(x, 0, 1), 0, 3), new Shape(geometry.weightShape()));
    return List.of(
        new SecretProduct.Convolution(geometry, weights, input),
        new SecretProduct.InputGradient(geometry, weights, error),
        new SecretProduct.WeightGradient(geometry, input, error));
  }

  private static SecretTensor input(Rep3Backend backend, ComputeParty owner, long[] codes) {
    long[] own = backend.self() == owner ? codes : new long[0];
    Shape shape = Shape.matrix(codes.length / COLUMNS, COLUMNS);
    return backend.input(owner, shape, F16, own);
  }
}
