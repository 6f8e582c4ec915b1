package io.consilium.party.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process said last. */
final class Logs {

  /** A process that has failed says why in its last lines; longer files are not read. */
  private static final long FILE_BYTES_MAX = 64L << 20;

  private Logs() {}

  /** The last line that is not blank, or a sentence that there is none. */
  static String lastLine(Path log) {
    try {
      if (!Files.exists(log) || Files.size(log) > FILE_BYTES_MAX) {
        return "it said nothing";
      }
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.isEmpty()
          ? "it said nothing"
          : lines.getLast().strip().replaceFirst("^(consilium|error): ", "");
    } catch (IOException e) {
      return "its log cannot be read";
    }
  }
}
