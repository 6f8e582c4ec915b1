package io.consilium.protocols.transport;

/**
 * What both ends know of a message before it is sent: its step, its part within the step, the width
 * of an element in bits and the number of elements. The payload is their bits without gaps, little
 * endian, padded to a whole byte.
 */
public record Message(Step step, int part, int elementBits, long elements) {
  public Message {
    if (elementBits < 1 || elementBits > Long.SIZE || elements < 0) {
      throw new IllegalArgumentException("message of " + elements + " x " + elementBits + " bits");
    }
  }

  /** Whole ring elements. */
  public static Message words(Step step, int part, long elements) {
    return new Message(step, part, Long.SIZE, elements);
  }

  /** The length of the payload. */
  public long bytes() {
    return (elementBits * elements + 7) / 8;
  }

  /** The number of 64-bit words that hold the payload. */
  public int wordCount() {
    return Math.toIntExact((bytes() + 7) / 8);
  }
}
