package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.MaskSource;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;

/**
 * What every protocol of one session shares: the links, the keys and the position in the program.
 * One thread.
 */
final class Rep3Session {
  private final Channel channel;
  private final SessionKeys keys;
  private long sequence;

  Rep3Session(Channel channel, SessionKeys keys) {
    this.channel = channel;
    this.keys = keys;
  }

  ComputeParty self() {
    return channel.self();
  }

  Channel channel() {
    return channel;
  }

  /** The next instruction of the program. Its number is never used again under these keys. */
  Step step(Opcode opcode) {
    return new Step(sequence++, opcode);
  }

  /**
   * F_j, known to the two holders of share j.
   *
   * @throws IllegalArgumentException if this party does not hold share j
   */
  MaskSource prf(int share) {
    if (share == self().ordinal()) {
      return keys.own();
    }
    if (share == self().next().ordinal()) {
      return keys.next();
    }
    throw new IllegalArgumentException(self() + " holds no key of share " + share);
  }

  /** Words of F_j at an address of this step. */
  long[] mask(int share, Step step, int lane, Purpose purpose, int count) {
    return prf(share).words(new Address(step.sequence(), lane, purpose), count);
  }

  /** Additive shares of zero: a_i = F_i - F_(i+1). */
  long[] zeroShare(Step step, int count) {
    Address address = new Address(step.sequence(), 0, Purpose.ZERO_SHARE);
    long[] zero = keys.own().words(address, count);
    long[] other = keys.next().words(address, count);
    for (int i = 0; i < count; i++) {
      zero[i] -= other[i];
    }
    return zero;
  }

  /** Exclusive-or shares of zero bits: F_i ^ F_(i+1). */
  long[] zeroBits(Step step, int words) {
    Address address = new Address(step.sequence(), 0, Purpose.ZERO_BITS);
    long[] zero = keys.own().words(address, words);
    long[] other = keys.next().words(address, words);
    for (int i = 0; i < words; i++) {
      zero[i] ^= other[i];
    }
    return zero;
  }

  void send(ComputeParty to, Message message, long[] words) {
    channel.send(to, message, words);
  }

  long[] receive(ComputeParty from, Message message) {
    long[] words = new long[message.wordCount()];
    channel.receive(from, message, words);
    return words;
  }

  /** Sends whole ring elements. */
  void sendWords(ComputeParty to, Step step, int part, long[] words) {
    send(to, Message.words(step, part, words.length), words);
  }

  /** Receives whole ring elements. */
  long[] receiveWords(ComputeParty from, Step step, int part, int count) {
    return receive(from, Message.words(step, part, count));
  }
}
