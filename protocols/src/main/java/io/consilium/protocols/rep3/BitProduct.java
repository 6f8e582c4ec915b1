package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.TensorType;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.transport.Message;
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
          : new ReplicatedTensor(TensorType.integersOf(bits), own, next);
    }

    @Override
    public String toString() {
      return "Factor[" + size() + "]";
    }
  }

  /** One result per factor, in order. */
  List<ReplicatedTensor> of(List<Factor> factors) {
    Step step = session.step(Opcode.BIT_PRODUCT);
    int longest = 0;
    for (Factor factor : factors) {
      longest = Math.max(longest, session.pieces().longest(factor.size()));
    }
    Buffers buffers =
        new Buffers(
            session.words(longest),
            session.words(longest),
            session.words(longest),
            session.words(longest));
    List<Lane> lanes = new ArrayList<>();
    for (int lane = 0; lane < factors.size(); lane++) {
      lanes.add(new Lane(step, lane, factors.get(lane), buffers));
    }
    switch (session.self()) {
      case P0 -> lanes.forEach(lane -> lane.eachPiece(lane::asP0));
      case P1 -> {
        lanes.forEach(lane -> lane.eachPiece(lane::startAsP1));
        lanes.forEach(lane -> lane.eachPiece(lane::finishAsP1));
      }
      case P2 -> {
        lanes.forEach(lane -> lane.eachPiece(lane::startAsP2));
        lanes.forEach(lane -> lane.eachPiece(lane::finishAsP2));
      }
    }
    return lanes.stream().map(Lane::result).toList();
  }

  /** Arrays for the values of one piece. */
  private record Buffers(long[] bit, long[] u, long[] t, long[] sent) {
    @Override
    public String toString() {
      return "Buffers[***]";
    }
  }

  @FunctionalInterface
  private interface PieceProgram {
    void run(int piece, int from, int count);
  }

  /** One factor at this party, and the two shares of its result. */
  private final class Lane {
    private final Step step;
    private final int lane;
    private final Factor factor;
    private final Buffers buffers;
    private final long[] own;
    private final long[] next;

    Lane(Step step, int lane, Factor factor, Buffers buffers) {
      this.step = step;
      this.lane = lane;
      this.factor = factor;
      this.buffers = buffers;
      this.own = session.words(factor.size());
      this.next = session.words(factor.size());
    }

    ReplicatedTensor result() {
      return factor.result(own, next);
    }

    void eachPiece(PieceProgram program) {
      Pieces pieces = session.pieces();
      for (int p = 0; p < pieces.count(factor.size()); p++) {
        program.run(p, pieces.from(p), pieces.size(p, factor.size()));
      }
    }

    /** Sends beta, and for a product delta; then both shares are known. */
    void asP0(int piece, int from, int count) {
      long[] u = buffers.bit();
      exclusiveOr(factor.bits(), from, count, u, buffers.sent());
      long[] alpha = mask(1, Purpose.BIT_ALPHA, from, buffers.u(), count);
      long[] beta = u;
      for (int i = 0; i < count; i++) {
        beta[i] -= alpha[i];
      }
      send(P2, piece, BETA, beta, count);
      if (factor.isProduct()) {
        sendDelta(piece, from, count, alpha, beta);
        mask(0, Purpose.BIT_T, from, buffers.t(), count);
        System.arraycopy(buffers.t(), 0, own, from, count);
        mask(1, Purpose.BIT_T, from, buffers.t(), count);
        System.arraycopy(buffers.t(), 0, next, from, count);
      } else {
        minusTwice(beta, mask(0, Purpose.BIT_T, from, buffers.t(), count), own, from, count);
        minusTwice(alpha, mask(1, Purpose.BIT_T, from, buffers.t(), count), next, from, count);
      }
    }

    private void sendDelta(int piece, int from, int count, long[] alpha, long[] beta) {
      long[] gamma = mask(1, Purpose.BIT_GAMMA, from, buffers.t(), count);
      long[] x0 = factor.x().own;
      long[] x1 = factor.x().next;
      long[] delta = buffers.sent();
      for (int i = 0; i < count; i++) {
        delta[i] = alpha[i] * x0[from + i] + beta[i] * x1[from + i] - gamma[i];
      }
      send(P2, piece, DELTA, delta, count);
    }

    /** Sends its part of the product; share 1 is known then, share 2 lacks P2's part. */
    void startAsP1(int piece, int from, int count) {
      long[] v = buffers.bit();
      BitPlanes.integers(factor.bits().next, from, count, v);
      long[] alpha = mask(1, Purpose.BIT_ALPHA, from, buffers.u(), count);
      long[] part = buffers.sent();
      if (factor.isProduct()) {
        long[] gamma = mask(1, Purpose.BIT_GAMMA, from, buffers.t(), count);
        long[] x1 = factor.x().own;
        long[] x2 = factor.x().next;
        for (int i = 0; i < count; i++) {
          long sum = x1[from + i] + x2[from + i];
          part[i] = v[i] * sum + (1 - 2 * v[i]) * (alpha[i] * sum + gamma[i]);
        }
      } else {
        for (int i = 0; i < count; i++) {
          part[i] = v[i] * alpha[i];
        }
      }
      finishPart(1, P2, piece, FROM_P1, from, count, own, next);
    }

    /** Takes beta and delta and sends its part; share 0 is known then, share 2 lacks P1's part. */
    void startAsP2(int piece, int from, int count) {
      long[] v = buffers.bit();
      BitPlanes.integers(factor.bits().own, from, count, v);
      long[] beta = receive(P0, piece, BETA, buffers.u(), count);
      long[] part = buffers.sent();
      if (factor.isProduct()) {
        long[] delta = receive(P0, piece, DELTA, buffers.t(), count);
        long[] x2 = factor.x().own;
        long[] x0 = factor.x().next;
        for (int i = 0; i < count; i++) {
          long cross = beta[i] * (x2[from + i] + x0[from + i]) + delta[i];
          part[i] = v[i] * x0[from + i] + (1 - 2 * v[i]) * cross;
        }
      } else {
        for (int i = 0; i < count; i++) {
          part[i] = v[i] * beta[i];
        }
      }
      finishPart(0, P1, piece, FROM_P2, from, count, next, own);
    }

    /**
     * Masks the part under the key of the share that it leaves to this party, sends it, and stores
     * that share and this party's contribution to share 2.
     */
    private void finishPart(
        int share,
        ComputeParty to,
        int piece,
        int kind,
        int from,
        int count,
        long[] masked,
        long[] share2) {
      long[] part = buffers.sent();
      long[] v = buffers.bit();
      long[] t = mask(share, Purpose.BIT_T, from, buffers.t(), count);
      for (int i = 0; i < count; i++) {
        part[i] -= t[i];
      }
      send(to, piece, kind, part, count);
      if (factor.isProduct()) {
        System.arraycopy(t, 0, masked, from, count);
        System.arraycopy(part, 0, share2, from, count);
      } else {
        minusTwice(buffers.u(), t, masked, from, count);
        minusTwice(v, part, share2, from, count);
      }
    }

    void finishAsP1(int piece, int from, int count) {
      addOther(receive(P2, piece, FROM_P2, buffers.t(), count), next, from, count);
    }

    void finishAsP2(int piece, int from, int count) {
      addOther(receive(P1, piece, FROM_P1, buffers.t(), count), own, from, count);
    }

    /** What P1 and P2 hold together: the two exchanged parts, for a conversion v - 2uv. */
    private void addOther(long[] other, long[] share2, int from, int count) {
      long factorOfPart = factor.isProduct() ? 1 : -2;
      for (int i = 0; i < count; i++) {
        share2[from + i] += factorOfPart * other[i];
      }
    }

    private long[] mask(int share, Purpose purpose, int from, long[] into, int count) {
      session.mask(share, step, lane, purpose, from, into, count);
      return into;
    }

    private Message message(int piece, int kind, int count) {
      return Message.words(step, Rep3Session.part(piece, lane * PARTS + kind), count);
    }

    private void send(ComputeParty to, int piece, int kind, long[] words, int count) {
      session.send(to, message(piece, kind, count), words);
    }

    private long[] receive(ComputeParty from, int piece, int kind, long[] into, int count) {
      session.receive(from, message(piece, kind, count), into, 0);
      return into;
    }
  }

  /** Bits of both shares added, as integers. */
  private static void exclusiveOr(
      ReplicatedBits bits, int from, int count, long[] u, long[] buffer) {
    BitPlanes.integers(bits.own, from, count, u);
    BitPlanes.integers(bits.next, from, count, buffer);
    for (int i = 0; i < count; i++) {
      u[i] ^= buffer[i];
    }
  }

  /** z = x - 2t on elements [from, from + count) of z. */
  private static void minusTwice(long[] x, long[] t, long[] z, int from, int count) {
    for (int i = 0; i < count; i++) {
      z[from + i] = x[i] - 2 * t[i];
    }
  }
}
