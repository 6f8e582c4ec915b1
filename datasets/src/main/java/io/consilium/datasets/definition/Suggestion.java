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

  /** Edit distance of Levenshtein. */
  private static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
