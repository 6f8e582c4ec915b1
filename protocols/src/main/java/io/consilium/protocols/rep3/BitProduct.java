package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * Bits into the ring: B2A-1, a bit as an integer, and BITINJ, a bit times a ring element. Both have
 * the same two rounds, so lists of either share them.
 *
 * <p>The bit is b = u ^ v with u = b_0 ^ b_1 known to P0 and v = b_2 known to P1 and P2, that is b
 * = u + v - 2uv. P0 shares u additively as alpha (from the key of share 1) and beta = u - alpha; P1
 * and P2 multiply their part by what they know and exchange masked results. Sources: MP-SPDZ
 * (Replicated.hpp, unsplit) and HPMPC (prepare_opt_bit_injection).
 *
 * <p>Rounds: 2. Bytes: 24 per converted bit, 32 per product. Security: passive, one of three; beta
 * is masked by alpha, delta by gamma, the exchange by t_1 and t_0, each unknown to its receiver.
 * Leaks: lengths.
 */
final class BitProduct {
  private static final int BETA = 0;
  private static final int DELTA = 1;
  private static final int FROM_P1 = 2;
  private static final int FROM_P2 = 3;
  private static final int PARTS = 4;

  private final Rep3Session session;

  BitProduct(Rep3Session session) {
    this.session = session;
  }

  /** A bit vector and, for a product, the tensor it multiplies. */
  record Factor(ReplicatedBits bits, List<ReplicatedTensor> value) {
    static Factor converted(ReplicatedBits bits) {
      return new Factor(bits, List.of());
    }

    static Factor times(ReplicatedBits bits, ReplicatedTensor value) {
      if (bits.size() != value.size()) {
        throw new IllegalArgumentException(
            bits.size() + " bits do not fit a tensor of " + value.size() + " elements");
      }
      return new Factor(bits, List.of(value));
    }

    boolean isProduct() {
      return !value.isEmpty();
    }

    ReplicatedTensor x() {
      return value.getFirst();
    }

    int size() {
      return bits.size();
    }

    ReplicatedTensor result(long[] own, long[] next) {
      return isProduct()
          ? x().with(own, next)
          : new ReplicatedTensor(Shape.vector(size()), FixedPoint.INTEGER, own, next);
    }

    @Override
    public String toString() {
      return "Factor[" + size() + "]";
    }
  }

  /** One result per factor, in order. */
  List<ReplicatedTensor> of(List<Factor> factors) {
    Step step = session.step(Opcode.BIT_PRODUCT);
    return switch (session.self()) {
      case P0 -> asP0(step, factors);
      case P1 -> asP1(step, factors);
      case P2 -> asP2(step, factors);
    };
  }

  private List<ReplicatedTensor> asP0(Step step, List<Factor> factors) {
    List<ReplicatedTensor> results = new ArrayList<>();
    for (int lane = 0; lane < factors.size(); lane++) {
      Factor factor = factors.get(lane);
      int n = factor.size();
      long[] b0 = BitPlanes.integers(factor.bits().own, n);
      long[] b1 = BitPlanes.integers(factor.bits().next, n);
      long[] alpha = session.mask(1, step, lane, Purpose.BIT_ALPHA, n);
      long[] beta = new long[n];
      for (int i = 0; i < n; i++) {
        beta[i] = (b0[i] ^ b1[i]) - alpha[i];
      }
      send(P2, step, lane, BETA, beta);
      if (factor.isProduct()) {
        long[] delta = session.mask(1, step, lane, Purpose.BIT_GAMMA, n);
        long[] x0 = factor.x().own;
        long[] x1 = factor.x().next;
        for (int i = 0; i < n; i++) {
          delta[i] = alpha[i] * x0[i] + beta[i] * x1[i] - delta[i];
        }
        send(P2, step, lane, DELTA, delta);
      }
      long[] t0 = session.mask(0, step, lane, Purpose.BIT_T, n);
      long[] t1 = session.mask(1, step, lane, Purpose.BIT_T, n);
      results.add(
          factor.isProduct()
              ? factor.result(t0, t1)
              : factor.result(minusTwice(beta, t0), minusTwice(alpha, t1)));
    }
    return results;
  }

  private List<ReplicatedTensor> asP1(Step step, List<Factor> factors) {
    List<long[]> vs = new ArrayList<>();
    List<long[]> alphas = new ArrayList<>();
    List<long[]> masks = new ArrayList<>();
    List<long[]> sent = new ArrayList<>();
    for (int lane = 0; lane < factors.size(); lane++) {
      Factor factor = factors.get(lane);
      int n = factor.size();
      long[] v = BitPlanes.integers(factor.bits().next, n);
      long[] alpha = session.mask(1, step, lane, Purpose.BIT_ALPHA, n);
      long[] t1 = session.mask(1, step, lane, Purpose.BIT_T, n);
      long[] part = new long[n];
      if (factor.isProduct()) {
        long[] gamma = session.mask(1, step, lane, Purpose.BIT_GAMMA, n);
        long[] x1 = factor.x().own;
        long[] x2 = factor.x().next;
        for (int i = 0; i < n; i++) {
          long sum = x1[i] + x2[i];
          part[i] = v[i] * sum + (1 - 2 * v[i]) * (alpha[i] * sum + gamma[i]) - t1[i];
        }
      } else {
        for (int i = 0; i < n; i++) {
          part[i] = v[i] * alpha[i] - t1[i];
        }
      }
      send(P2, step, lane, FROM_P1, part);
      vs.add(v);
      alphas.add(alpha);
      masks.add(t1);
      sent.add(part);
    }
    List<ReplicatedTensor> results = new ArrayList<>();
    for (int lane = 0; lane < factors.size(); lane++) {
      Factor factor = factors.get(lane);
      long[] other = receive(P2, step, lane, FROM_P2, factor.size());
      long[] share2 = share2(factor, vs.get(lane), sent.get(lane), other);
      long[] share1 =
          factor.isProduct() ? masks.get(lane) : minusTwice(alphas.get(lane), masks.get(lane));
      results.add(factor.result(share1, share2));
    }
    return results;
  }

  private List<ReplicatedTensor> asP2(Step step, List<Factor> factors) {
    List<long[]> vs = new ArrayList<>();
    List<long[]> betas = new ArrayList<>();
    List<long[]> masks = new ArrayList<>();
    List<long[]> sent = new ArrayList<>();
    for (int lane = 0; lane < factors.size(); lane++) {
      Factor factor = factors.get(lane);
      int n = factor.size();
      long[] v = BitPlanes.integers(factor.bits().own, n);
      long[] beta = receive(P0, step, lane, BETA, n);
      long[] t0 = session.mask(0, step, lane, Purpose.BIT_T, n);
      long[] part = new long[n];
      if (factor.isProduct()) {
        long[] delta = receive(P0, step, lane, DELTA, n);
        long[] x2 = factor.x().own;
        long[] x0 = factor.x().next;
        for (int i = 0; i < n; i++) {
          long cross = beta[i] * (x2[i] + x0[i]) + delta[i];
          part[i] = v[i] * x0[i] + (1 - 2 * v[i]) * cross - t0[i];
        }
      } else {
        for (int i = 0; i < n; i++) {
          part[i] = v[i] * beta[i] - t0[i];
        }
      }
      send(P1, step, lane, FROM_P2, part);
      vs.add(v);
      betas.add(beta);
      masks.add(t0);
      sent.add(part);
    }
    List<ReplicatedTensor> results = new ArrayList<>();
    for (int lane = 0; lane < factors.size(); lane++) {
      Factor factor = factors.get(lane);
      long[] other = receive(P1, step, lane, FROM_P1, factor.size());
      long[] share2 = share2(factor, vs.get(lane), sent.get(lane), other);
      long[] share0 =
          factor.isProduct() ? masks.get(lane) : minusTwice(betas.get(lane), masks.get(lane));
      results.add(factor.result(share2, share0));
    }
    return results;
  }

  /** What P1 and P2 hold together: the two exchanged parts, for a conversion v - 2uv. */
  private static long[] share2(Factor factor, long[] v, long[] mine, long[] other) {
    long[] share = new long[v.length];
    for (int i = 0; i < share.length; i++) {
      long sum = mine[i] + other[i];
      share[i] = factor.isProduct() ? sum : v[i] - 2 * sum;
    }
    return share;
  }

  private static long[] minusTwice(long[] x, long[] t) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] - 2 * t[i];
    }
    return z;
  }

  private void send(ComputeParty to, Step step, int lane, int part, long[] words) {
    session.sendWords(to, step, lane * PARTS + part, words);
  }

  private long[] receive(ComputeParty from, Step step, int lane, int part, int count) {
    return session.receiveWords(from, step, lane * PARTS + part, count);
  }
}
