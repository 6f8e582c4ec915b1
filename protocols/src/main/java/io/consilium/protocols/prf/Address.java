package io.consilium.protocols.prf;

/**
 * Where masks stand in the stream of a key: instruction, lane within it, purpose, and the block of
 * two words where they begin. A key expands a block at most once (rule R1), which a ledger checks
 * in tests.
 */
public record Address(long sequence, int lane, Purpose purpose, int block) {
  private static final int LANES_MAX = 1 << 16;
  private static final int BLOCK_WORDS = 2;

  public Address {
    if (sequence < 0 || lane < 0 || lane >= LANES_MAX || block < 0) {
      throw new IllegalArgumentException("address " + sequence + "/" + lane + "/" + block);
    }
  }

  /** The beginning of a purpose's stream. */
  public Address(long sequence, int lane, Purpose purpose) {
    this(sequence, lane, purpose, 0);
  }

  /** The place so many words behind the beginning of the stream; an even number. */
  public Address at(long word) {
    if (word % BLOCK_WORDS != 0) {
      throw new IllegalArgumentException("masks begin at even words, not at " + word);
    }
    return new Address(sequence, lane, purpose, Math.toIntExact(word / BLOCK_WORDS));
  }

  /** The first word of the stream that belongs to this address. */
  public long firstWord() {
    return (long) block * BLOCK_WORDS;
  }
}
