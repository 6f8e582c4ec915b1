package io.consilium.protocols.rep3;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

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
            .matmul(
                List.of(
                    new Backend.Factors(y, true, x, false), new Backend.Factors(x, false, y, true)))
            .getLast();
    SecretTensor columns = backend.dotRows(x, y);
    List<SecretTensor> truncated =
        backend.truncate(List.of(products.getLast(), square, columns), new int[] {16, 13, 20});
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

  private static SecretTensor input(Rep3Backend backend, ComputeParty owner, long[] codes) {
    long[] own = backend.self() == owner ? codes : new long[0];
    Shape shape = Shape.matrix(codes.length / COLUMNS, COLUMNS);
    return backend.input(owner, shape, F16, own);
  }
}
