package io.consilium.protocols.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * Decrypted bytes that wait to be read, in order. It grows by chunks as bytes arrive, so it takes
 * memory for what was sent and never for what was announced; empty chunks are used again.
 */
final class ByteInbox {
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int SPARE_CHUNKS_MAX = 8;

  private static final class Chunk {
    final byte[] bytes;
    final MemorySegment segment;

    /** Its position is where the next arriving byte goes. */
    final ByteBuffer arriving;

    int read;

    Chunk(int size) {
      bytes = new byte[size];
      segment = MemorySegment.ofArray(bytes);
      arriving = ByteBuffer.wrap(bytes);
    }

    int unread() {
      return arriving.position() - read;
    }
  }

  private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
  private final ArrayDeque<Chunk> spare = new ArrayDeque<>();
  private final byte[] brokenWord = new byte[Long.BYTES];
  private int chunkBytes;
  private long available;

  ByteInbox(int chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  /** Chunks allocated from now on have this size. */
  void enlarge(int changedChunkBytes) {
    chunkBytes = changedChunkBytes;
    spare.clear();
  }

  /** A buffer with at least so much room; whatever is put into it has to be {@link #arrived}. */
  ByteBuffer room(int bytes) {
    Chunk last = chunks.peekLast();
    if (last == null || last.arriving.remaining() < bytes) {
      last = spare.isEmpty() ? new Chunk(chunkBytes) : spare.pop();
      chunks.addLast(last);
    }
    return last.arriving;
  }

  void arrived(int bytes) {
    available += bytes;
  }

  long available() {
    return available;
  }

  /** Takes bytes that are available. */
  void read(byte[] into, int offset, int length) {
    int done = 0;
    while (done < length) {
      Chunk first = first();
      int part = Math.min(length - done, first.unread());
      System.arraycopy(first.bytes, first.read, into, offset + done, part);
      took(first, part);
      done += part;
    }
  }

  /** Takes whole little-endian words that are available. */
  void readWords(long[] into, int offset, int count) {
    int done = 0;
    while (done < count) {
      Chunk first = first();
      int part = Math.min(count - done, first.unread() / Long.BYTES);
      if (part == 0) {
        read(brokenWord, 0, Long.BYTES);
        into[offset + done] = MemorySegment.ofArray(brokenWord).get(WORD, 0);
        done++;
      } else {
        MemorySegment.copy(first.segment, WORD, first.read, into, offset + done, part);
        took(first, part * Long.BYTES);
        done += part;
      }
    }
  }

  private Chunk first() {
    while (chunks.getFirst().unread() == 0) {
      release(chunks.removeFirst());
    }
    return chunks.getFirst();
  }

  private void took(Chunk chunk, int bytes) {
    chunk.read += bytes;
    available -= bytes;
    if (chunk.unread() == 0) {
      release(chunks.removeFirst());
    }
  }

  private void release(Chunk chunk) {
    chunk.read = 0;
    chunk.arriving.clear();
    if (chunk.bytes.length == chunkBytes && spare.size() < SPARE_CHUNKS_MAX) {
      spare.push(chunk);
    }
  }
}
