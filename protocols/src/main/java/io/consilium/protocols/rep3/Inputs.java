package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;

/**
 * A private input of a compute party P_i: x_i = F_i, x_(i+1) = v - x_i goes to P_(i+1), x_(i+2) =
 * 0.
 *
 * <p>Shape: [n]. Rounds: 1. Bytes: 8n. Security: F_i is unknown to P_(i+1). Leaks: n. Source:
 * MP-SPDZ (ReplicatedInput).
 */
final class Inputs {
  private final Rep3Session session;

  Inputs(Rep3Session session) {
    this.session = session;
  }

  ReplicatedTensor of(ComputeParty owner, Shape shape, FixedPoint format, long[] codes) {
    Step step = session.step(Opcode.INPUT);
    int n = shape.size();
    ComputeParty self = session.self();
    if (self == owner) {
      if (codes.length != n) {
        throw new IllegalArgumentException(codes.length + " codes do not fit the shape " + shape);
      }
      long[] own = session.mask(owner.ordinal(), step, 0, Purpose.INPUT_SHARE, n);
      long[] next = RingVector.subtract(codes, own);
      session.sendWords(owner.next(), step, 0, next);
      return new ReplicatedTensor(shape, format, own, next);
    }
    if (self == owner.next()) {
      long[] own = session.receiveWords(owner, step, 0, n);
      return new ReplicatedTensor(shape, format, own, new long[n]);
    }
    long[] next = session.mask(owner.ordinal(), step, 0, Purpose.INPUT_SHARE, n);
    return new ReplicatedTensor(shape, format, new long[n], next);
  }
}
