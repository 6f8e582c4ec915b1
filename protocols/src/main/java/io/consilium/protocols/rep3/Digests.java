package io.consilium.protocols.rep3;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over a list of fields. Each stands behind its length, so two different lists never hash
 * the same bytes; the first one says what the digest is for, so none serves another purpose.
 */
final class Digests {
  static final int BYTES = 32;

  private static final int CHUNK_WORDS = 1 << 13;

  private final MessageDigest sha256;

  private Digests(String purpose) {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
    with("consilium/v1 " + purpose);
  }

  static Digests of(String purpose) {
    return new Digests(purpose);
  }

  Digests with(byte[] field) {
    length(field.length);
    sha256.update(field);
    return this;
  }

  Digests with(String field) {
    return with(field.getBytes(StandardCharsets.UTF_8));
  }

  Digests with(int field) {
    return with(ByteBuffer.allocate(Integer.BYTES).putInt(field).array());
  }

  /** Words, each little endian. */
  Digests with(long[] words) {
    length((long) words.length * Long.BYTES);
    ByteBuffer chunk =
        ByteBuffer.allocate(Math.min(CHUNK_WORDS, words.length) * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    LongBuffer chunkWords = chunk.asLongBuffer();
    for (int from = 0; from < words.length; from += CHUNK_WORDS) {
      int part = Math.min(CHUNK_WORDS, words.length - from);
      chunkWords.put(0, words, from, part);
      sha256.update(chunk.array(), 0, part * Long.BYTES);
    }
    return this;
  }

  private void length(long bytes) {
    sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(bytes).flip());
  }

  byte[] digest() {
    return sha256.digest();
  }
}
