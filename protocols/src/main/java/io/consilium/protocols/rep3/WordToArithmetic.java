package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.TensorType;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPacking;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.List;

/**
 * WORD-B2A: a word of L shared bits as the integer sum of 2^j b_j, with one exchange for the whole
 * word. As in B2A-1, b_j = u_j ^ v_j; bit j needs its share of u_j modulo 2^(64-j) only, since it
 * counts 2^j.
 *
 * <p>Shape: L x n bits to [n]. Rounds: 2. Bits per element: sum of (64 - j) for j below L, and 128.
 * Security: passive, one of three; masked as in {@link BitProduct}. Leaks: lengths.
 */
final class WordToArithmetic {
  private static final int FROM_P1 = Long.SIZE;
  private static final int FROM_P2 = Long.SIZE + 1;

  private final Rep3Session session;

  WordToArithmetic(Rep3Session session) {
    this.session = session;
  }

  /** The integers whose bits are given, least significant first. */
  ReplicatedTensor of(List<ReplicatedBits> bits) {
    if (bits.isEmpty() || bits.size() >= Long.SIZE - 1) {
      throw new IllegalArgumentException("a word has 1 to 62 bits, not " + bits.size());
    }
    Step step = session.step(Opcode.WORD_TO_ARITHMETIC);
    return switch (session.self()) {
      case P0 -> asP0(step, bits);
      case P1 -> asP1(step, bits);
      case P2 -> asP2(step, bits);
    };
  }

  private ReplicatedTensor asP0(Step step, List<ReplicatedBits> bits) {
    int n = bits.getFirst().size();
    long[] share0 = new long[n];
    long[] share1 = new long[n];
    for (int j = 0; j < bits.size(); j++) {
      long[] b0 = BitPlanes.integers(bits.get(j).own, n);
      long[] b1 = BitPlanes.integers(bits.get(j).next, n);
      long[] alpha = alpha(step, j, n);
      long[] beta = new long[n];
      for (int i = 0; i < n; i++) {
        beta[i] = (b0[i] ^ b1[i]) - alpha[i] & modulus(j);
        share0[i] += beta[i] << j;
        share1[i] += alpha[i] << j;
      }
      session.send(P2, message(step, j, n), BitPacking.pack(beta, Long.SIZE - j));
    }
    subtract(share0, mask(step, 0, n));
    subtract(share1, mask(step, 1, n));
    return word(bits, share0, share1);
  }

  private ReplicatedTensor asP1(Step step, List<ReplicatedBits> bits) {
    int n = bits.getFirst().size();
    long[] share1 = new long[n];
    long[] v = new long[n];
    long[] product = new long[n];
    for (int j = 0; j < bits.size(); j++) {
      long[] vj = BitPlanes.integers(bits.get(j).next, n);
      long[] alpha = alpha(step, j, n);
      accumulate(vj, alpha, j, v, product, share1);
    }
    long[] t1 = mask(step, 1, n);
    subtract(product, t1);
    subtract(share1, t1);
    session.sendWords(P2, step, FROM_P1, product);
    long[] other = session.receiveWords(P2, step, FROM_P2, n);
    return word(bits, share1, share2(v, product, other));
  }

  private ReplicatedTensor asP2(Step step, List<ReplicatedBits> bits) {
    int n = bits.getFirst().size();
    long[] share0 = new long[n];
    long[] v = new long[n];
    long[] product = new long[n];
    for (int j = 0; j < bits.size(); j++) {
      long[] vj = BitPlanes.integers(bits.get(j).own, n);
      long[] packed = session.receive(P0, message(step, j, n));
      accumulate(vj, BitPacking.unpack(packed, n, Long.SIZE - j), j, v, product, share0);
    }
    long[] t0 = mask(step, 0, n);
    subtract(product, t0);
    subtract(share0, t0);
    session.sendWords(P1, step, FROM_P2, product);
    long[] other = session.receiveWords(P1, step, FROM_P1, n);
    return word(bits, share2(v, product, other), share0);
  }

  /** Adds 2^j v to v, 2^(j+1) v u to the product and 2^j u to the share, u being a part of u_j. */
  private static void accumulate(
      long[] vj, long[] u, int j, long[] v, long[] product, long[] share) {
    for (int i = 0; i < v.length; i++) {
      v[i] += vj[i] << j;
      product[i] += vj[i] * u[i] << (j + 1);
      share[i] += u[i] << j;
    }
  }

  private static long[] share2(long[] v, long[] mine, long[] other) {
    long[] share = new long[v.length];
    for (int i = 0; i < share.length; i++) {
      share[i] = v[i] - (mine[i] + other[i]);
    }
    return share;
  }

  private long[] alpha(Step step, int j, int n) {
    long[] alpha = session.mask(1, step, j, Purpose.WORD_ALPHA, n);
    for (int i = 0; i < n; i++) {
      alpha[i] &= modulus(j);
    }
    return alpha;
  }

  private long[] mask(Step step, int share, int n) {
    return session.mask(share, step, 0, Purpose.WORD_T, n);
  }

  private static long modulus(int j) {
    return -1L >>> j;
  }

  private static Message message(Step step, int j, int n) {
    return new Message(step, j, Long.SIZE - j, n);
  }

  private static void subtract(long[] x, long[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] -= y[i];
    }
  }

  private static ReplicatedTensor word(List<ReplicatedBits> bits, long[] own, long[] next) {
    return new ReplicatedTensor(TensorType.wordOf(List.copyOf(bits)), own, next);
  }
}
