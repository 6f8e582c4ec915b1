package io.consilium.coordinator.contract;

import java.util.Collection;
import java.util.regex.Pattern;

/** Checks of what comes in; the messages name the component, never its content. */
final class Bounds {

  /** The longest sentence that one node shows to another's user. */
  static final int TEXT_CHARS_MAX = 2_000;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  private Bounds() {}

  static void text(String what, String text) {
    require(text.length() <= TEXT_CHARS_MAX, what + " is too long");
  }

  static void name(String what, String text) {
    require(!text.isEmpty() && text.length() <= 64, what + " should have 1 to 64 characters");
  }

  static void digest(String what, String hex) {
    require(DIGEST.matcher(hex).matches(), what + " is not a SHA-256 digest in hexadecimal");
  }

  static void hex(String what, String text, int digits) {
    require(
        text.matches("[0-9a-f]{" + digits + "}"),
        what + " should have " + digits + " hexadecimal digits");
  }

  static void size(String what, Collection<?> values, int max) {
    require(values.size() <= max, what + " has more than " + max + " entries");
  }

  static void notNegative(String what, double value) {
    require(value >= 0, what + " is negative or not a number");
  }

  static void notNegative(String what, long value) {
    require(value >= 0, what + " is negative");
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
