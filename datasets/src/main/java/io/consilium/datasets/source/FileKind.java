package io.consilium.datasets.source;

import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Tells by the first bytes of a text file that it is something else: a workbook, an archive, text
 * in another encoding. Whoever exported it then reads what to do in place of a fault in line 1.
 */
final class FileKind {
  private static final int MARK_BYTES = 8;
  private static final int GZIP_1 = 0x1f;
  private static final int GZIP_2 = 0x8b;

  private FileKind() {}

  /**
   * Opens a text file; a name that ends in {@code .gz} is decompressed.
   *
   * @throws IOException if it cannot be read, or is not the gzip file that its name says
   */
  static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!isGzipByName(file)) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Refuses a file that cannot be text in UTF-8.
   *
   * @param label how errors name the data
   * @throws InvalidDataException with what the file seems to be, and what to do about it
   */
  static void requireText(String label, Path file) throws InvalidDataException {
    Optional<String> problem;
    try {
      problem = problem(file);
    } catch (IOException e) {
      problem = Optional.of("cannot be read");
    }
    if (problem.isPresent()) {
      throw new InvalidDataException(
          label, DataProblem.file(file.getFileName().toString(), problem.get()));
    }
  }

  private static Optional<String> problem(Path file) throws IOException {
    byte[] raw;
    try (InputStream in = Files.newInputStream(file)) {
      raw = in.readNBytes(MARK_BYTES);
    }
    boolean gzip = starts(raw, GZIP_1, GZIP_2);
    if (!isGzipByName(file)) {
      return gzip
          ? Optional.of("is compressed with gzip; give it a name that ends in .gz")
          : ofText(raw);
    }
    if (!gzip) {
      return Optional.of(
          "is not compressed, although its name ends in .gz; rename it, or compress it with gzip");
    }
    try (InputStream in = open(file)) {
      return ofText(in.readNBytes(MARK_BYTES));
    } catch (IOException e) {
      return Optional.of("is a damaged gzip file; copy it again");
    }
  }

  private static Optional<String> ofText(byte[] start) {
    if (starts(start, 'P', 'K', 3, 4)) {
      return Optional.of(
          "is an Excel workbook or another zip archive; save the sheet as \"CSV UTF-8\"");
    }
    if (starts(start, 0xd0, 0xcf, 0x11, 0xe0)) {
      return Optional.of("is a workbook of an old Excel; save the sheet as \"CSV UTF-8\"");
    }
    if (starts(start, 'P', 'A', 'R', '1')) {
      return Optional.of("is a Parquet file; write type: parquet");
    }
    if (starts(start, 0xff, 0xfe) || starts(start, 0xfe, 0xff)) {
      return Optional.of("is text in UTF-16; save it as UTF-8");
    }
    return Optional.empty();
  }

  private static boolean starts(byte[] bytes, int... mark) {
    return bytes.length >= mark.length
        && IntStream.range(0, mark.length).allMatch(i -> (bytes[i] & 0xff) == mark[i]);
  }

  private static boolean isGzipByName(Path file) {
    // As the query engine decides it.
    return file.toString().endsWith(".gz");
  }
}
