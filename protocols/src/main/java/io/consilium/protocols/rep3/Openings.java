package io.consilium.protocols.rep3;

import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Opening to all: each P_i sends x_(i+1) to P_(i-1), which lacks it. Opening to somebody outside:
 * each P_i gives a fresh share y_i = x_i + alpha_i of a zero sharing alpha, since raw shares would
 * tell more than the value.
 *
 * <p>Rounds: 1 to all, 0 among the parties to the outside. Bytes: 24 per element to all.
 */
final class Openings {
  private final Rep3Session session;
  private final MessageDigest opened;

  Openings(Rep3Session session) {
    this.session = session;
    try {
      this.opened = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  long[] toAll(ReplicatedTensor x) {
    Step step = session.step(Opcode.OPEN);
    session.sendWords(session.self().previous(), step, 0, x.next);
    long[] missing = session.receiveWords(session.self().next(), step, 0, x.size());
    long[] codes = RingVector.add(RingVector.add(x.own, x.next), missing);
    ByteBuffer bytes =
        ByteBuffer.allocate(codes.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(codes);
    opened.update(bytes);
    return codes;
  }

  long[] freshShare(ReplicatedTensor x) {
    Step step = session.step(Opcode.OPEN);
    return RingVector.add(x.own, session.zeroShare(step, x.size()));
  }

  /** SHA-256 of everything opened to all since the last call, as four words. */
  long[] digestOfOpened() {
    long[] words = new long[4];
    ByteBuffer.wrap(opened.digest()).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
    return words;
  }
}
