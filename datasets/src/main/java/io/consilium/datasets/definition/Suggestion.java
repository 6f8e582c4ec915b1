package io.consilium.datasets.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word that a mistyped one was probably meant to be. */
public final class Suggestion {
  /** More edits than this, and the word was not a slip of the finger. */
  private static final int EDITS_MAX = 2;

  /** Longer words are not compared, so the work stays small whatever a file contains. */
  private static final int LENGTH_MAX = 64;

  private Suggestion() {}

  /** A sentence part such as {@code "; did you mean 'type'?"}, or the words that are known. */
  public static String hint(String unknown, Collection<String> known) {
    return closest(unknown, known)
        .map(word -> "; did you mean '" + word + "'?")
        .orElseGet(() -> "; known here: " + String.join(", ", known));
  }

  static Optional<String> closest(String unknown, Collection<String> known) {
    if (unknown.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    String wanted = unknown.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(word -> edits(wanted, word.toLowerCase(Locale.ROOT)) <= limit(word))
        .min(Comparator.comparingInt(word -> edits(wanted, word.toLowerCase(Locale.ROOT))));
  }

  /** Two edits turn any two-letter word into any other: short words must match better. */
  private static int limit(String word) {
    return word.length() <= 3 ? 1 : EDITS_MAX;
  }

  /** Edit distance of Levenshtein, where two letters that changed places are one edit. */
  private static int edits(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(cost[i - 1][j - 1] + same, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
