package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPacking;
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

  /** One tensor with its number of bits, its place in the step, and its two new shares. */
  private record Segment(
      ReplicatedTensor x, int bits, Step step, int lane, long[] own, long[] next) {
    int size() {
      return own.length;
    }

    ReplicatedTensor result() {
      return new ReplicatedTensor(x.type().shortened(bits), own, next);
    }

    @Override
    public String toString() {
      return "Segment[" + size() + "]";
    }
  }

  /** Elements [from, from + count) of a segment. */
  private record Piece(Segment segment, int number, int from, int count) {
    int bits() {
      return segment.bits();
    }

    Message message(int kind) {
      int part = Rep3Session.part(number, segment.lane() * PARTS + kind);
      return new Message(segment.step(), part, bits(), count);
    }
  }

  /** Arrays for the values of one piece. */
  private record Buffers(long[] a, long[] b, long[] c, long[] d, long[] packed) {
    @Override
    public String toString() {
      return "Buffers[***]";
    }
  }

  /** Divides each tensor by 2^bits; all share their two rounds. */
  List<ReplicatedTensor> of(List<ReplicatedTensor> x, int[] bits) {
    Step step = session.step(Opcode.TRUNCATE);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      int size = x.get(i).size();
      segments.add(
          new Segment(x.get(i), bits[i], step, i, session.words(size), session.words(size)));
    }
    List<Piece> pieces = pieces(segments);
    int longest = pieces.stream().mapToInt(Piece::count).max().orElse(0);
    Buffers buffers =
        new Buffers(
            session.words(longest),
            session.words(longest),
            session.words(longest),
            session.words(longest),
            session.words(longest));
    switch (session.self()) {
      case P0 -> {
        pieces.forEach(piece -> startAsP0(piece, buffers));
        pieces.forEach(piece -> finishAsP0(piece, buffers));
      }
      case P1 -> pieces.forEach(piece -> asP1(piece, buffers));
      case P2 -> pieces.forEach(piece -> asP2(piece, buffers));
    }
    return segments.stream().map(Segment::result).toList();
  }

  private List<Piece> pieces(List<Segment> segments) {
    Pieces cut = session.pieces();
    List<Piece> pieces = new ArrayList<>();
    for (Segment segment : segments) {
      for (int p = 0; p < cut.count(segment.size()); p++) {
        pieces.add(new Piece(segment, p, cut.from(p), cut.size(p, segment.size())));
      }
    }
    return pieces;
  }

  /** Sends u_0 = b * alpha_0 - t_1. Share 1 is complete, share 0 lacks u_2. */
  private void startAsP0(Piece piece, Buffers buffers) {
    long[] alpha0 = mask(1, piece, Purpose.TRUNCATE_ALPHA, buffers.a());
    long[] t1 = mask(1, piece, Purpose.TRUNCATE_T, buffers.b());
    long[] w1 = mask(1, piece, Purpose.TRUNCATE_LAMBDA, buffers.c());
    long[] u0 = buffers.d();
    long[] x0 = piece.segment().x().own;
    long[] y0 = piece.segment().own();
    int m = piece.bits();
    for (int i = 0; i < piece.count(); i++) {
      long share = x0[piece.from() + i] & ringMask;
      long b = share >>> (ring - 1);
      long u = b * alpha0[i] - t1[i];
      u0[i] = u;
      y0[piece.from() + i] = (share >>> m) - (b - u << (ring - m));
      w1[i] += alpha0[i] - t1[i];
    }
    send(piece, U0, P2, u0, buffers);
    share1(piece, piece.segment().x().next, w1, piece.segment().next());
  }

  private void finishAsP0(Piece piece, Buffers buffers) {
    long[] u2 = receive(piece, U2, P2, buffers.a(), buffers);
    long[] y0 = piece.segment().own();
    int up = ring - piece.bits();
    for (int i = 0; i < piece.count(); i++) {
      y0[piece.from() + i] += u2[i] << up;
    }
  }

  private void asP1(Piece piece, Buffers buffers) {
    long[] lambda = mask(1, piece, Purpose.TRUNCATE_LAMBDA, buffers.a());
    long[] alpha0 = mask(1, piece, Purpose.TRUNCATE_ALPHA, buffers.b());
    long[] x1 = piece.segment().x().own;
    long[] x2 = piece.segment().x().next;
    long[] lambda2 = buffers.c();
    long[] alpha2 = buffers.d();
    int top = ring - 3;
    for (int i = 0; i < piece.count(); i++) {
      int j = piece.from() + i;
      long d = ((x1[j] + offset & ringMask) >>> top) + ((x2[j] & ringMask) >>> top);
      lambda2[i] = (d >>> 3) - lambda[i];
      alpha2[i] = (d >>> 2 & 1) - alpha0[i];
      lambda[i] += alpha0[i];
    }
    send(piece, LAMBDA, P2, lambda2, buffers);
    send(piece, ALPHA, P2, alpha2, buffers);
    long[] w1 = lambda;
    long[] w2 = lambda2;
    long[] t1 = mask(1, piece, Purpose.TRUNCATE_T, alpha0);
    for (int i = 0; i < piece.count(); i++) {
      w1[i] -= t1[i];
      w2[i] += alpha2[i];
    }
    long[] t2 = mask(2, piece, Purpose.TRUNCATE_T, alpha2);
    for (int i = 0; i < piece.count(); i++) {
      w2[i] -= t2[i];
    }
    share1(piece, x1, w1, piece.segment().own());
    share2(piece, x2, w2, piece.segment().next());
  }

  private void asP2(Piece piece, Buffers buffers) {
    long[] lambda2 = receive(piece, LAMBDA, P1, buffers.a(), buffers);
    long[] alpha2 = receive(piece, ALPHA, P1, buffers.b(), buffers);
    long[] u0 = receive(piece, U0, P0, buffers.c(), buffers);
    long[] t2 = mask(2, piece, Purpose.TRUNCATE_T, buffers.d());
    long[] x0 = piece.segment().x().next;
    long[] y0 = piece.segment().next();
    int m = piece.bits();
    for (int i = 0; i < piece.count(); i++) {
      long share = x0[piece.from() + i] & ringMask;
      long b = share >>> (ring - 1);
      long t = t2[i];
      long u2 = b * alpha2[i] - t;
      y0[piece.from() + i] = (share >>> m) - (b - u0[i] - u2 << (ring - m));
      lambda2[i] += alpha2[i] - t;
      u0[i] = u2;
    }
    send(piece, U2, P0, u0, buffers);
    share2(piece, piece.segment().x().own, lambda2, piece.segment().own());
  }

  /** Step 1 and 4 for share 1: rounded up, with the offset added before and taken away after. */
  private void share1(Piece piece, long[] x, long[] w, long[] y) {
    int m = piece.bits();
    long low = (1L << m) - 1;
    long shiftedOffset = offset >>> m;
    for (int i = 0; i < piece.count(); i++) {
      long shifted = x[piece.from() + i] + offset & ringMask;
      long rest = shifted & low;
      long up = (rest | -rest) >>> 63;
      y[piece.from() + i] = (shifted >>> m) + up - (w[i] << (ring - m)) - shiftedOffset;
    }
  }

  /** Step 1 and 4 for share 2: rounded to nearest. */
  private void share2(Piece piece, long[] x, long[] w, long[] y) {
    int m = piece.bits();
    for (int i = 0; i < piece.count(); i++) {
      long share = x[piece.from() + i] & ringMask;
      y[piece.from() + i] = (share >>> m) + (share >>> (m - 1) & 1) - (w[i] << (ring - m));
    }
  }

  private long[] mask(int share, Piece piece, Purpose purpose, long[] into) {
    Segment segment = piece.segment();
    session.mask(share, segment.step(), segment.lane(), purpose, piece.from(), into, piece.count());
    return into;
  }

  private void send(Piece piece, int kind, ComputeParty to, long[] elements, Buffers buffers) {
    BitPacking.pack(elements, piece.count(), piece.bits(), buffers.packed());
    session.send(to, piece.message(kind), buffers.packed());
  }

  private long[] receive(Piece piece, int kind, ComputeParty from, long[] into, Buffers buffers) {
    session.receive(from, piece.message(kind), buffers.packed(), 0);
    BitPacking.unpack(buffers.packed(), piece.count(), piece.bits(), into);
    return into;
  }
}
