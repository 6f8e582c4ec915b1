package io.consilium.datasets.source;

import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Reads the names of the columns from the first line of a CSV file.
 *
 * <p>Names of columns stand in error messages. So a first line that looks like a record, because
 * somebody forgot {@code header: false}, is refused before any of it is taken for a name.
 */
final class CsvHeader {
  private static final int NAME_CHARS_MAX = 128;
  private static final Pattern NAME_START = Pattern.compile("[\\p{L}_].*");

  private final String label;
  private final char delimiter;
  private final int bytesMax;

  CsvHeader(String label, char delimiter, int bytesMax) {
    this.label = label;
    this.delimiter = delimiter;
    this.bytesMax = bytesMax;
  }

  List<String> read(Path file) throws InvalidDataException {
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String field : split(file, firstLine(file))) {
      String name = field.strip();
      int position = names.size() + 1;
      if (name.length() > NAME_CHARS_MAX || !NAME_START.matcher(name).matches()) {
        throw refuse(
            file,
            "the name of column "
                + position
                + " does not start with a letter; if the file has no header, set header: false and"
                + " list the columns in datasets.yaml");
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw refuse(file, "the name of column " + position + " is there twice");
      }
      names.add(name);
    }
    return names;
  }

  private String firstLine(Path file) throws InvalidDataException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(open(file))) {
      for (int next = in.read(); next >= 0 && next != '\n' && next != '\r'; next = in.read()) {
        bytes.write(next);
        if (bytes.size() > bytesMax) {
          throw refuse(file, "the header is longer than " + bytesMax + " bytes");
        }
      }
      CharBuffer text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray()));
      String line =
          text.toString().startsWith("\uFEFF") ? text.toString().substring(1) : text.toString();
      if (line.isBlank()) {
        throw refuse(file, "the file is empty or its first line is; a header is expected there");
      }
      return line;
    } catch (CharacterCodingException e) {
      throw refuse(file, "is not valid UTF-8");
    } catch (IOException e) {
      throw new InvalidDataException(
          label, DataProblem.file(file.getFileName().toString(), "cannot be read"));
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
  }

  /** Fields as in RFC 4180. */
  private List<String> split(Path file, String line) throws InvalidDataException {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == delimiter && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw refuse(file, "a quote in the header is not closed");
    }
    fields.add(field.toString());
    return fields;
  }

  private InvalidDataException refuse(Path file, String reason) {
    return new InvalidDataException(
        label, DataProblem.line(file.getFileName().toString(), 1, reason));
  }
}
