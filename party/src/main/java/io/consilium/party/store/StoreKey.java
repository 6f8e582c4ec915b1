package io.consilium.party.store;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What names one sealed file.
 *
 * @param kind what it is, for example {@code model} or {@code share}
 * @param name whose, for example a model's or a job's name
 * @param version which one, from 1
 */
public record StoreKey(String kind, String name, long version) {

  /** Safe as part of a file name on every system, and never a path. */
  private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  /** Refuses words that could not be part of a file name. */
  public StoreKey {
    requireWord("kind", kind);
    requireWord("name", name);
    if (version < 1) {
      throw new IllegalArgumentException("a version is at least 1, not " + version);
    }
  }

  private static void requireWord(String what, String word) {
    Objects.requireNonNull(word, what);
    if (!WORD.matcher(word).matches()) {
      throw new IllegalArgumentException(
          "a " + what + " is 1 to 64 small letters, digits and hyphens");
    }
  }

  /** {@code kind/name/version}. */
  @Override
  public String toString() {
    return kind + "/" + name + "/" + version;
  }
}
