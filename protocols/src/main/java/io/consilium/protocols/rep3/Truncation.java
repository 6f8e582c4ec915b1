package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPacking;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.ring.RingWidth;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * TRUNC-4m: division by 2^m without a failure probability and without bias.
 *
 * <p>Own construction over the two-summand wrap of ABY3 (Mohassel and Rindal, CCS 2018, section
 * 5.1) and the small-gap truncation of Dalskov et al. The three shares are shifted locally, rounded
 * down, up and to nearest, so the rounding is unbiased; what is missing is the wrap w of the shares
 * around 2^K, of which m bits matter. P1 knows x_1 and x_2, P0 and P2 know x_0. With d the sum of
 * the three top bits of x_1 and x_2, a = d >> 3, A = (d >> 2) & 1 and b the top bit of x_0,
 *
 * <pre>w = a + A + b - A * b</pre>
 *
 * for every x with absolute value below 2^(K-3), after adding 3 * 2^(K-3) to share 1.
 *
 * <p>Rounds: 2. Bytes: 4m bits per element. Error: below 1.5 units of the last place, mean
 * 2^-(m+1). Security: passive, one of three; every message is masked by a word unknown to its
 * receiver. Never open two truncations of one secret (rule R4). Leaks: shapes.
 */
final class Truncation {
  private static final int LAMBDA = 0;
  private static final int ALPHA = 1;
  private static final int U0 = 2;
  private static final int U2 = 3;
  private static final int PARTS = 4;

  private final Rep3Session session;
  private final int ring;
  private final long ringMask;
  private final long offset;

  Truncation(Rep3Session session, RingWidth width) {
    this.session = session;
    this.ring = width.bits();
    this.ringMask = width.mask();
    this.offset = 3L << (ring - 3);
  }

  /** One tensor with its number of bits and its place in the step. */
  private record Segment(ReplicatedTensor x, int bits, Step step, int lane) {
    int size() {
      return x.own.length;
    }

    Message message(int kind) {
      return new Message(step, lane * PARTS + kind, bits, size());
    }
  }

  /** Divides each tensor by 2^bits; all share their two rounds. */
  List<ReplicatedTensor> of(List<ReplicatedTensor> x, int[] bits) {
    Step step = session.step(Opcode.TRUNCATE);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      segments.add(new Segment(x.get(i), bits[i], step, i));
    }
    return switch (session.self()) {
      case P0 -> asP0(segments);
      case P1 -> segments.stream().map(this::asP1).toList();
      case P2 -> asP2(segments);
    };
  }

  private List<ReplicatedTensor> asP0(List<Segment> segments) {
    List<long[]> partsOfW0 = new ArrayList<>();
    List<long[]> w1s = new ArrayList<>();
    for (Segment segment : segments) {
      long[] alpha0 = mask(1, segment, Purpose.TRUNCATE_ALPHA);
      long[] t1 = mask(1, segment, Purpose.TRUNCATE_T);
      long[] w1 = mask(1, segment, Purpose.TRUNCATE_LAMBDA);
      long[] u0 = new long[segment.size()];
      long[] b = topBits(segment.x().own);
      for (int i = 0; i < u0.length; i++) {
        u0[i] = b[i] * alpha0[i] - t1[i];
        b[i] -= u0[i];
        w1[i] += alpha0[i] - t1[i];
      }
      send(segment, U0, P2, u0);
      partsOfW0.add(b);
      w1s.add(w1);
    }
    List<ReplicatedTensor> results = new ArrayList<>();
    for (Segment segment : segments) {
      long[] w0 = RingVector.subtract(partsOfW0.get(segment.lane()), receive(segment, U2, P2));
      long[] w1 = w1s.get(segment.lane());
      results.add(
          result(
              segment,
              share0(segment.x().own, segment, w0),
              share1(segment.x().next, segment, w1)));
    }
    return results;
  }

  private ReplicatedTensor asP1(Segment segment) {
    long[] x1 = segment.x().own;
    long[] x2 = segment.x().next;
    long[] lambda = mask(1, segment, Purpose.TRUNCATE_LAMBDA);
    long[] alpha0 = mask(1, segment, Purpose.TRUNCATE_ALPHA);
    long[] t1 = mask(1, segment, Purpose.TRUNCATE_T);
    long[] t2 = mask(2, segment, Purpose.TRUNCATE_T);
    long[] lambda2 = new long[x1.length];
    long[] alpha2 = new long[x1.length];
    long[] w1 = new long[x1.length];
    long[] w2 = new long[x1.length];
    for (int i = 0; i < x1.length; i++) {
      long d = ((x1[i] + offset & ringMask) >>> (ring - 3)) + ((x2[i] & ringMask) >>> (ring - 3));
      lambda2[i] = (d >>> 3) - lambda[i];
      alpha2[i] = (d >>> 2 & 1) - alpha0[i];
      w1[i] = lambda[i] + alpha0[i] - t1[i];
      w2[i] = lambda2[i] + alpha2[i] - t2[i];
    }
    send(segment, LAMBDA, P2, lambda2);
    send(segment, ALPHA, P2, alpha2);
    return result(segment, share1(x1, segment, w1), share2(x2, segment, w2));
  }

  private List<ReplicatedTensor> asP2(List<Segment> segments) {
    List<ReplicatedTensor> results = new ArrayList<>();
    for (Segment segment : segments) {
      long[] lambda2 = receive(segment, LAMBDA, P1);
      long[] alpha2 = receive(segment, ALPHA, P1);
      long[] u0 = receive(segment, U0, P0);
      long[] t2 = mask(2, segment, Purpose.TRUNCATE_T);
      long[] b = topBits(segment.x().next);
      long[] u2 = new long[b.length];
      long[] w0 = new long[b.length];
      long[] w2 = new long[b.length];
      for (int i = 0; i < b.length; i++) {
        u2[i] = b[i] * alpha2[i] - t2[i];
        w0[i] = b[i] - u0[i] - u2[i];
        w2[i] = lambda2[i] + alpha2[i] - t2[i];
      }
      send(segment, U2, P0, u2);
      results.add(
          result(
              segment,
              share2(segment.x().own, segment, w2),
              share0(segment.x().next, segment, w0)));
    }
    return results;
  }

  /** Step 1 and 4 for share 0: rounded down. */
  private long[] share0(long[] x, Segment segment, long[] w) {
    int m = segment.bits();
    long[] y = new long[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = ((x[i] & ringMask) >>> m) - (w[i] << (ring - m));
    }
    return y;
  }

  /** Step 1 and 4 for share 1: rounded up, with the offset added before and taken away after. */
  private long[] share1(long[] x, Segment segment, long[] w) {
    int m = segment.bits();
    long low = (1L << m) - 1;
    long shiftedOffset = offset >>> m;
    long[] y = new long[x.length];
    for (int i = 0; i < y.length; i++) {
      long shifted = x[i] + offset & ringMask;
      long rest = shifted & low;
      long up = (rest | -rest) >>> 63;
      y[i] = (shifted >>> m) + up - (w[i] << (ring - m)) - shiftedOffset;
    }
    return y;
  }

  /** Step 1 and 4 for share 2: rounded to nearest. */
  private long[] share2(long[] x, Segment segment, long[] w) {
    int m = segment.bits();
    long[] y = new long[x.length];
    for (int i = 0; i < y.length; i++) {
      long share = x[i] & ringMask;
      y[i] = (share >>> m) + (share >>> (m - 1) & 1) - (w[i] << (ring - m));
    }
    return y;
  }

  private long[] topBits(long[] x) {
    long[] b = new long[x.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (x[i] & ringMask) >>> (ring - 1);
    }
    return b;
  }

  private static ReplicatedTensor result(Segment segment, long[] own, long[] next) {
    ReplicatedTensor x = segment.x();
    FixedPoint format = new FixedPoint(x.format().fractionBits() - segment.bits());
    return new ReplicatedTensor(x.shape(), format, own, next);
  }

  private long[] mask(int share, Segment segment, Purpose purpose) {
    return session.mask(share, segment.step(), segment.lane(), purpose, segment.size());
  }

  private void send(Segment segment, int kind, ComputeParty to, long[] elements) {
    session.send(to, segment.message(kind), BitPacking.pack(elements, segment.bits()));
  }

  private long[] receive(Segment segment, int kind, ComputeParty from) {
    long[] words = session.receive(from, segment.message(kind));
    return BitPacking.unpack(words, segment.size(), segment.bits());
  }
}
