package io.consilium.coordinator.identity;

/** Makes text that others wrote safe to show: one line, printable ASCII, bounded. */
final class Printable {

  private static final int LENGTH_MAX = 120;

  private Printable() {}

  static String of(String foreign) {
    String head =
        foreign.length() > LENGTH_MAX ? foreign.substring(0, LENGTH_MAX) + "..." : foreign;
    return head.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
