package io.consilium.party.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Turns arrays of words into one stream of little-endian bytes, a buffer at a time. */
final class WordSource {

  private final List<long[]> arrays;
  private int array;
  private int offset;

  WordSource(List<long[]> arrays) {
    this.arrays = arrays;
    skipFinished();
  }

  boolean isEmpty() {
    return array == arrays.size();
  }

  /** Fills the buffer, whose length is a multiple of eight, as far as there are words. */
  void fill(ByteBuffer buffer) {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    while (!isEmpty() && buffer.remaining() >= Long.BYTES) {
      long[] words = arrays.get(array);
      int count = Math.min(words.length - offset, buffer.remaining() / Long.BYTES);
      buffer.asLongBuffer().put(words, offset, count);
      buffer.position(buffer.position() + count * Long.BYTES);
      offset += count;
      skipFinished();
    }
  }

  private void skipFinished() {
    while (array < arrays.size() && offset == arrays.get(array).length) {
      array++;
      offset = 0;
    }
  }
}
