package io.consilium.protocols.ring;

/**
 * The width of a ring Z_2^bits. The product runs in 64 bits; protocols whose steps do not commute
 * with reduction take the width as a parameter, so that they can be checked exhaustively in a small
 * ring.
 */
public record RingWidth(int bits) {
  public static final RingWidth RING_64 = new RingWidth(Long.SIZE);

  private static final int BITS_MIN = 4;

  public RingWidth {
    if (bits < BITS_MIN || bits > Long.SIZE) {
      throw new IllegalArgumentException("ring of " + bits + " bits");
    }
  }

  /** The lowest {@code bits} bits set. */
  public long mask() {
    return -1L >>> (Long.SIZE - bits);
  }
}
