package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.ring.RingWidth;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The three shares of a vector, dealt and put together again by a test. */
record Shares(long[] x0, long[] x1, long[] x2) {
  /** A format that leaves room for every truncation. */
  static final FixedPoint WIDE = new FixedPoint(62);

  /** Additive shares modulo 2^64. */
  static Shares additive(RandomGenerator random, long[] x) {
    long[] x0 = random.longs(x.length).toArray();
    long[] x1 = random.longs(x.length).toArray();
    return new Shares(x0, x1, RingVector.subtract(RingVector.subtract(x, x0), x1));
  }

  /** Exclusive-or shares of planes. */
  static Shares exclusiveOr(RandomGenerator random, long[] x) {
    long[] x0 = random.longs(x.length).toArray();
    long[] x1 = random.longs(x.length).toArray();
    return new Shares(x0, x1, RingVector.xor(RingVector.xor(x, x0), x1));
  }

  /** Shares without any randomness: whatever is sent must be masked all the same. */
  static Shares bare(long[] x) {
    return new Shares(x, new long[x.length], new long[x.length]);
  }

  long[] share(int index) {
    return switch (index % 3) {
      case 0 -> x0;
      case 1 -> x1;
      default -> x2;
    };
  }

  ReplicatedTensor at(ComputeParty party) {
    return at(party, Shape.vector(x0.length));
  }

  ReplicatedTensor at(ComputeParty party, Shape shape) {
    return at(party, shape, WIDE);
  }

  ReplicatedTensor at(ComputeParty party, Shape shape, FixedPoint format) {
    int i = party.ordinal();
    return new ReplicatedTensor(shape, format, share(i), share(i + 1));
  }

  ReplicatedBits bitsAt(ComputeParty party, int size) {
    return new ReplicatedBits(size, share(party.ordinal()), share(party.ordinal() + 1));
  }

  Planes planesAt(ComputeParty party) {
    return new Planes(share(party.ordinal()), share(party.ordinal() + 1));
  }

  /** The sum of the shares modulo 2^64; both holders of a share must hold the same. */
  static long[] sum(List<ReplicatedTensor> atParties) {
    return sum(atParties, RingWidth.RING_64);
  }

  /** The signed sum of the shares in a ring; both holders must hold the same modulo the ring. */
  static long[] sum(List<ReplicatedTensor> atParties, RingWidth ring) {
    long[] sum = new long[atParties.getFirst().own.length];
    for (int party = 0; party < 3; party++) {
      long[] next = atParties.get(party).next;
      long[] own = atParties.get((party + 1) % 3).own;
      for (int i = 0; i < sum.length; i++) {
        if ((own[i] - next[i] & ring.mask()) != 0) {
          throw new AssertionError("the holders of a share disagree on element " + i);
        }
        sum[i] += own[i];
      }
    }
    int above = Long.SIZE - ring.bits();
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] << above >> above;
    }
    return sum;
  }

  /** The exclusive or of the shares; both holders of a share must hold the same. */
  static long[] exclusiveOr(List<ReplicatedBits> atParties) {
    for (int party = 0; party < 3; party++) {
      if (!Arrays.equals(atParties.get(party).next, atParties.get((party + 1) % 3).own)) {
        throw new AssertionError("the holders of a share disagree");
      }
    }
    return RingVector.xor(
        RingVector.xor(atParties.get(0).own, atParties.get(1).own), atParties.get(2).own);
  }
}
