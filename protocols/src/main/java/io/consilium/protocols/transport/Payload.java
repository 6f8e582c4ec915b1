package io.consilium.protocols.transport;

/** The payload of a message inside an array of words. */
final class Payload {
  private Payload() {}

  /** Zeroes the bits of the last word that do not belong to the payload. */
  static void clearBehind(Message message, long[] words, int at) {
    if (message.wordCount() > 0) {
      words[at + message.wordCount() - 1] &= lastWordMask(message);
    }
  }

  /** The bits of the last word that belong to the payload. */
  static long lastWordMask(Message message) {
    int bits = (int) (message.elementBits() * message.elements() % Long.SIZE);
    return bits == 0 ? -1L : -1L >>> (Long.SIZE - bits);
  }
}
