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
 * What every protocol of one session shares: the links, the keys, the position in the program, the
 * arrays that are used again. One thread.
 */
final class Rep3Session {
  /** Parts of a step; the piece of a vector is counted above them. */
  private static final int PARTS_MAX = 1 << 16;

  /** Of the memory that this process may have, so much may lie ready for the next step. */
  private static final long SPARE_SHARE_OF_MEMORY = 8;

  private final Channel channel;
  private final SessionKeys keys;
  private final Pieces pieces;
  private final WordArena arena;
  private long sequence;

  Rep3Session(Channel channel, SessionKeys keys) {
    this(channel, keys, Pieces.DEFAULT);
  }

  Rep3Session(Channel channel, SessionKeys keys, Pieces pieces) {
    this.channel = channel;
    this.keys = keys;
    this.pieces = pieces;
    long words = Runtime.getRuntime().maxMemory() / Long.BYTES;
    this.arena = new WordArena(words / SPARE_SHARE_OF_MEMORY);
  }

  ComputeParty self() {
    return channel.self();
  }

  Channel channel() {
    return channel;
  }

  Pieces pieces() {
    return pieces;
  }

  WordArena arena() {
    return arena;
  }

  /** An array whose contents have no meaning yet. */
  long[] words(int count) {
    return arena.take(count);
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
    long[] words = words(count);
    prf(share).fill(new Address(step.sequence(), lane, purpose), words, count);
    return words;
  }

  /** Words [from, from + count) of F_j's stream for a purpose of this step, into an array. */
  void mask(int share, Step step, int lane, Purpose purpose, long from, long[] into, int count) {
    prf(share).fill(new Address(step.sequence(), lane, purpose).at(from), into, count);
  }

  /** Additive shares of zero: a_i = F_i - F_(i+1). */
  long[] zeroShare(Step step, int count) {
    long[] zero = new long[count];
    addZeroShare(step, 0, 0, zero, count, words(count), words(count));
    return zero;
  }

  /**
   * Adds words [from, from + count) of a zero sharing to the same words of an array.
   *
   * @param own a buffer for so many words
   * @param next another
   */
  void addZeroShare(Step step, int lane, int from, long[] z, int count, long[] own, long[] next) {
    Address address = new Address(step.sequence(), lane, Purpose.ZERO_SHARE).at(from);
    keys.own().fill(address, own, count);
    keys.next().fill(address, next, count);
    for (int i = 0; i < count; i++) {
      z[from + i] += own[i] - next[i];
    }
  }

  /** The exclusive-or sharing of zero bits, F_i ^ F_(i+1), on words [from, from + count). */
  void xorZeroBits(Step step, int from, long[] z, int count, long[] own, long[] next) {
    Address address = new Address(step.sequence(), 0, Purpose.ZERO_BITS).at(from);
    keys.own().fill(address, own, count);
    keys.next().fill(address, next, count);
    for (int i = 0; i < count; i++) {
      z[from + i] ^= own[i] ^ next[i];
    }
  }

  // ---- messages --------------------------------------------------------------------------------

  /** The number of a part of one piece of a vector. */
  static int part(int piece, int part) {
    if (part >= PARTS_MAX || piece >= PARTS_MAX / 2) {
      throw new IllegalArgumentException("part " + part + " of piece " + piece);
    }
    return piece * PARTS_MAX + part;
  }

  void send(ComputeParty to, Message message, long[] words) {
    channel.send(to, message, words, 0);
  }

  /** Sends from the given word of an array on. */
  void send(ComputeParty to, Message message, long[] words, int from) {
    channel.send(to, message, words, from);
  }

  long[] receive(ComputeParty from, Message message) {
    long[] words = words(message.wordCount());
    channel.receive(from, message, words, 0);
    return words;
  }

  /** Receives to the given word of an array on. */
  void receive(ComputeParty from, Message message, long[] words, int at) {
    channel.receive(from, message, words, at);
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
