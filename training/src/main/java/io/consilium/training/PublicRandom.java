package io.consilium.training;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Public numbers that every party gets alike, on every Java platform: block i is SHA-256(seed ||
 * label || i), big-endian, and gives four words. Never for secrets.
 */
public final class PublicRandom {
  private final byte[] prefix;
  private final MessageDigest sha256;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long blocks;

  public PublicRandom(long seed, String label) {
    byte[] name = label.getBytes(StandardCharsets.UTF_8);
    this.prefix = ByteBuffer.allocate(Long.BYTES + name.length).putLong(seed).put(name).array();
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  private long nextLong() {
    if (!block.hasRemaining()) {
      sha256.update(prefix);
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(blocks++).flip());
      block = ByteBuffer.wrap(sha256.digest());
    }
    return block.getLong();
  }

  /** 0 to bound - 1, equally likely: words of the incomplete last round are drawn again. */
  int nextInt(int bound) {
    while (true) {
      long word = nextLong() >>> 1;
      long value = word % bound;
      if (word - value + (bound - 1) >= 0) {
        return (int) value;
      }
    }
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double nextUnit() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** A random order of 0 to n - 1, by Fisher and Yates. */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
