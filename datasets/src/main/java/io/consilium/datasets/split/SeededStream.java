package io.consilium.datasets.split;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Reproducible public numbers: the same on every Java platform and in any other language.
 *
 * <p>Block i, from 0, is SHA-256(seed as 8 bytes || UTF-8 of the label || i as 8 bytes), big-endian
 * throughout, and gives four 64-bit words. For splits and made-up records only; nothing here is
 * secret.
 */
public final class SeededStream {
  private static final int BLOCK_BYTES = 32;

  private final byte[] prefix;
  private final MessageDigest sha256;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private long blocks;

  /**
   * The stream of a seed and a label.
   *
   * @param label separates streams of one seed, such as a site's name
   */
  public SeededStream(long seed, String label) {
    byte[] name = label.getBytes(StandardCharsets.UTF_8);
    this.prefix = ByteBuffer.allocate(Long.BYTES + name.length).putLong(seed).put(name).array();
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The next 64 bits. */
  public long nextLong() {
    if (block.remaining() < Long.BYTES) {
      sha256.update(prefix);
      sha256.update(ByteBuffer.allocate(Long.BYTES).putLong(blocks++).flip());
      block = ByteBuffer.wrap(sha256.digest(), 0, BLOCK_BYTES);
    }
    return block.getLong();
  }

  /**
   * A number from 0 to {@code bound - 1}, all equally likely: words of the last, incomplete round
   * of the modulus are drawn again.
   */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("the bound must be positive, not " + bound);
    }
    while (true) {
      long word = nextLong() >>> 1;
      long value = word % bound;
      if (word - value + (bound - 1) >= 0) {
        return (int) value;
      }
    }
  }

  /** A number from 0 (inclusive) to 1 (exclusive), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** A number of the standard normal distribution, by Box and Muller. */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** Puts the numbers in a random order, by Fisher and Yates. */
  public void shuffle(int[] numbers) {
    for (int i = numbers.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swapped = numbers[i];
      numbers[i] = numbers[j];
      numbers[j] = swapped;
    }
  }
}
