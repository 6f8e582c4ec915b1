package io.consilium.party.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Fills arrays of words from a stream of little-endian bytes; the inverse of WordSource. */
final class WordSink {

  private final List<long[]> arrays;
  private int array;
  private int offset;

  WordSink(List<long[]> arrays) {
    this.arrays = arrays;
  }

  /** Takes all of the buffer, whose length is a multiple of eight. */
  void drain(ByteBuffer buffer) {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      long[] words = arrays.get(array);
      int count = Math.min(words.length - offset, buffer.remaining() / Long.BYTES);
      buffer.asLongBuffer().get(words, offset, count);
      buffer.position(buffer.position() + count * Long.BYTES);
      offset += count;
      if (offset == words.length) {
        array++;
        offset = 0;
      }
    }
  }
}
