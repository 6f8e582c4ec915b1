package io.consilium.party.cli;

/** A text of somebody else as one cell of a line of CSV (RFC 4180), safe for a terminal. */
final class CsvCell {
  private CsvCell() {}

  static String of(String text) {
    String shown = ShownText.of(text);
    return shown.contains(",") || shown.contains("\"")
        ? '"' + shown.replace("\"", "\"\"") + '"'
        : shown;
  }
}
