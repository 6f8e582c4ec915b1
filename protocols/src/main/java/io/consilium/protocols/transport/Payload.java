package io.consilium.protocols.transport;

/** The payload of a message inside an array of words. */
final class Payload {
  private Payload() {}

  /** Zeroes the bits of the last word that do not belong to the payload. */
  static void clearBehind(Message message, long[] words) {
    int bits = (int) (message.elementBits() * message.elements() % Long.SIZE);
    if (bits != 0) {
      words[message.wordCount() - 1] &= -1L >>> (Long.SIZE - bits);
    }
  }
}
