package io.consilium.datasets.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the names of the columns from the header of a CSV file, by the rules that hold for its
 * body.
 *
 * <p>Names of columns stand in error messages. So a header that looks like a record, because
 * somebody forgot {@code header: false}, is refused before any of it is taken for a name.
 */
final class CsvHeader {
  private static final int NAME_CHARS_MAX = 128;

  /** Numbers and dates in any notation: digits and marks, perhaps with an exponent. */
  private static final Pattern VALUE = Pattern.compile("(?=.*\\d)[\\d\\s.,:/+-]+([eE][+-]?\\d+)?");

  private static final List<Character> OTHER_DELIMITERS = List.of(';', '\t', ',', '|');
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final ObjectReader RECORDS =
      new CsvMapper()
          .readerForListOf(String.class)
          .with(CsvParser.Feature.WRAP_AS_ARRAY)
          .without(CsvParser.Feature.SKIP_EMPTY_LINES);

  private final String label;
  private final char delimiter;
  private final int bytesMax;

  /**
   * A reader of headers.
   *
   * @param label how errors name the data
   * @param bytesMax bytes of a header
   */
  CsvHeader(String label, char delimiter, int bytesMax) {
    this.label = label;
    this.delimiter = delimiter;
    this.bytesMax = bytesMax;
  }

  /**
   * The names of the columns, in Unicode's composed form. A column without a name, such as the
   * index that pandas writes, is called by its position: {@code column1}.
   *
   * @throws InvalidDataException if there is no header, or a name is no name or there twice
   */
  List<String> read(Path file) throws InvalidDataException {
    List<String> fields = fields(file);
    requireDelimited(file, fields);
    List<String> names = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String field : fields) {
      int position = names.size() + 1;
      String given = Normalizer.normalize(field == null ? "" : field.strip(), Normalizer.Form.NFC);
      String name = given.isEmpty() ? "column" + position : given;
      if (name.length() > NAME_CHARS_MAX || VALUE.matcher(name).matches()) {
        throw refuse(
            file,
            "column "
                + position
                + " has a value in place of a name; if the file has no header, set header: false"
                + " and list the columns in datasets.yaml");
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw refuse(file, "the name of column " + position + " is there twice");
      }
      names.add(name);
    }
    return names;
  }

  private List<String> fields(Path file) throws InvalidDataException {
    CsvSchema format = CsvSchema.emptySchema().withColumnSeparator(delimiter);
    try (Reader text = new StringReader(start(file));
        MappingIterator<List<String>> records = RECORDS.with(format).readValues(text)) {
      return records.next();
    } catch (JsonProcessingException e) {
      // Without a cause: what the parser says quotes the text.
      throw refuse(file, "a quote in the header is not closed, or there is text after it");
    } catch (CharacterCodingException e) {
      throw refuse(file, "is not valid UTF-8");
    } catch (IOException e) {
      throw new InvalidDataException(
          label, DataProblem.file(file.getFileName().toString(), "cannot be read"));
    }
  }

  /** The first record: up to the first end of a line that is not within quotes. */
  private String start(Path file) throws IOException, InvalidDataException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(FileKind.open(file))) {
      boolean quoted = false;
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (!quoted && (next == '\n' || next == '\r')) {
          break;
        }
        quoted ^= next == '"';
        bytes.write(next);
        if (bytes.size() > bytesMax) {
          throw refuse(file, "the header is longer than " + bytesMax + " bytes");
        }
      }
    }
    // Only the header is decoded here: the engine names the line of what is wrong further down.
    String decoded =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    String header = decoded.startsWith(BYTE_ORDER_MARK) ? decoded.substring(1) : decoded;
    if (header.isBlank()) {
      throw refuse(file, "the file is empty or its first line is; a header is expected there");
    }
    return header;
  }

  /** A header that is one column and has another delimiter in it was written with that one. */
  private void requireDelimited(Path file, List<String> fields) throws InvalidDataException {
    if (fields.size() != 1 || fields.getFirst() == null) {
      return;
    }
    for (char other : OTHER_DELIMITERS) {
      if (other != delimiter && fields.getFirst().indexOf(other) >= 0) {
        String name = other == '\t' ? "\\t" : String.valueOf(other);
        throw refuse(
            file,
            "the header is one column with the character '"
                + name
                + "' in it; if that divides the columns, write delimiter: \""
                + name
                + "\" in datasets.yaml, or save the file with '"
                + delimiter
                + "' between the columns");
      }
    }
  }

  private InvalidDataException refuse(Path file, String reason) {
    return new InvalidDataException(
        label, DataProblem.line(file.getFileName().toString(), 1, reason));
  }
}
