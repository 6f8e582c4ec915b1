package io.consilium.coordinator.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that a mistyped one was probably meant to be. */
public final class Suggestion {

  /** Words longer than this are compared by their beginning only. */
  private static final int WORD_LENGTH_MAX = 64;

  private Suggestion() {}

  /** The nearest known word, if at most a third of its letters (and at least two) differ. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= allowed(candidate))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static int allowed(String candidate) {
    return Math.min(candidate.length() - 1, Math.max(2, candidate.length() / 3));
  }

  /** Levenshtein's distance, capital letters counting as small ones. */
  static int distance(String left, String right) {
    String a = shortened(left);
    String b = shortened(right);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }

  private static String shortened(String word) {
    return word.substring(0, Math.min(word.length(), WORD_LENGTH_MAX)).toLowerCase(Locale.ROOT);
  }
}
