package io.consilium.party.cli;

/** Keeps a terminal safe from what others wrote. */
final class ShownText {

  private ShownText() {}

  static String of(String foreign) {
    return foreign.replaceAll("\\p{Cntrl}", "?");
  }
}
