package io.consilium.protocols.rep3;

/**
 * Whether words look uniform: chi-square of the 256 byte values at each of the 8 positions, and the
 * deviation of each of the 64 bits. Byte values show structure, single bits show a small bias.
 */
final class WordStatistics {
  /** For 255 degrees of freedom a uniform source exceeds it with probability 10^-9. */
  static final double CHI_SQUARE_MAX = 415;

  /** Standard deviations of one bit; a uniform source exceeds them with probability 2 * 10^-9. */
  static final double BIT_DEVIATION_MAX = 6;

  private final long[][] counts = new long[Long.BYTES][256];
  private long words;

  void add(long[] source, int from, int to) {
    for (int i = from; i < to; i++) {
      long word = source[i];
      for (int position = 0; position < Long.BYTES; position++) {
        counts[position][(int) (word >>> 8 * position) & 0xFF]++;
      }
    }
    words += to - from;
  }

  long words() {
    return words;
  }

  /** The largest chi-square of the eight positions. */
  double chiSquare() {
    double expected = words / 256.0;
    double worst = 0;
    for (long[] ofPosition : counts) {
      double chiSquare = 0;
      for (long count : ofPosition) {
        chiSquare += (count - expected) * (count - expected) / expected;
      }
      worst = Math.max(worst, chiSquare);
    }
    return worst;
  }

  /** The largest deviation of the 64 bits from one half, in standard deviations. */
  double bitDeviation() {
    double worst = 0;
    for (long[] ofPosition : counts) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        long ones = 0;
        for (int value = 0; value < ofPosition.length; value++) {
          ones += (value >>> bit & 1) * ofPosition[value];
        }
        worst = Math.max(worst, Math.abs(2.0 * ones - words) / Math.sqrt((double) words));
      }
    }
    return worst;
  }

  boolean isUniform() {
    return chiSquare() <= CHI_SQUARE_MAX && bitDeviation() <= BIT_DEVIATION_MAX;
  }

  static WordStatistics of(long[] words) {
    WordStatistics statistics = new WordStatistics();
    statistics.add(words, 0, words.length);
    return statistics;
  }

  @Override
  public String toString() {
    return "chi-square %.0f, bit deviation %.1f of %d words"
        .formatted(chiSquare(), bitDeviation(), words);
  }
}
