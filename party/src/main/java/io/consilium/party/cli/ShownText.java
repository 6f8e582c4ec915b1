package io.consilium.party.cli;

/** Keeps a terminal safe from what others wrote: no control, format or unassigned characters. */
final class ShownText {

  private ShownText() {}

  static String of(String foreign) {
    return foreign.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }
}
