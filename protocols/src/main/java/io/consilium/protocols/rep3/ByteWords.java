package io.consilium.protocols.rep3;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Short byte strings as the words of a message, little endian. */
final class ByteWords {
  private ByteWords() {}

  /** Byte strings one behind the other; their lengths are multiples of 8. */
  static long[] of(byte[]... strings) {
    int bytes = 0;
    for (byte[] string : strings) {
      bytes += string.length;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] string : strings) {
      all.put(string);
    }
    long[] words = new long[bytes / Long.BYTES];
    all.flip().asLongBuffer().get(words);
    return words;
  }

  /** The bytes of some of the words. */
  static byte[] bytes(long[] words, int from, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(words, from, count);
    return bytes.array();
  }
}
