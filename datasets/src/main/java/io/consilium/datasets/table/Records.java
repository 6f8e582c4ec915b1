package io.consilium.datasets.table;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.consilium.datasets.DataLimits;
import io.consilium.datasets.image.ImageFiles;
import io.consilium.datasets.image.UnreadableImageException;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.StudySchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Single records, such as the one that a client asks a prediction for. */
public final class Records {
  private static final long FILE_BYTES_MAX = 4L << 20;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Records() {}

  /**
   * The record in a JSON file, as {@link #single} reads it.
   *
   * @throws InvalidDataException also if the file is not JSON; the parser's message, which quotes
   *     the file, is not passed on
   */
  public static DataTable read(StudySchema schema, Path file) throws InvalidDataException {
    String source = file.toString();
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new InvalidDataException(
            source, DataProblem.whole("is larger than " + FILE_BYTES_MAX + " bytes"));
      }
      Path directory = file.toAbsolutePath().getParent();
      return single(schema, JSON.readTree(file.toFile()), directory, source);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new InvalidDataException(
          source, DataProblem.whole("line " + at.getLineNr() + " is not valid JSON"));
    } catch (IOException e) {
      throw new InvalidDataException(source, DataProblem.whole("cannot be read"));
    }
  }

  /**
   * The record of a study that wants nothing but an image.
   *
   * @param file as {@link ImageFiles#read} reads it
   */
  public static DataTable image(StudySchema schema, Path file) throws InvalidDataException {
    String source = file.toString();
    List<Column> features = schema.features();
    if (features.size() > 1 || schema.image().isEmpty()) {
      String names = features.stream().map(Column::name).collect(Collectors.joining(", "));
      throw new InvalidDataException(
          source,
          DataProblem.whole(
              "an image alone is no record of this study, whose features are "
                  + names
                  + "; give them as a CSV or JSON file"));
    }
    TableBuilder table = builder(schema, source, List.of(features.getFirst().name()));
    table.add(new Cell[] {image(file)});
    return table.build();
  }

  /**
   * A table of one row from a JSON object whose keys are columns of the schema; null and blank
   * texts are missing values.
   *
   * @param directory what the name of an image file is relative to
   * @param source how errors name the record, such as the name of a file
   */
  public static DataTable single(StudySchema schema, JsonNode record, Path directory, String source)
      throws InvalidDataException {
    if (!record.isObject()) {
      throw new InvalidDataException(
          source, DataProblem.whole("must be one JSON object with the columns as keys"));
    }
    List<String> names = new ArrayList<>();
    record.fieldNames().forEachRemaining(names::add);
    TableBuilder table = builder(schema, source, names);
    Optional<String> image = schema.image().map(Column::name);
    Cell[] cells = new Cell[names.size()];
    for (int i = 0; i < cells.length; i++) {
      JsonNode value = record.get(names.get(i));
      boolean isImage = image.isPresent() && image.get().equalsIgnoreCase(names.get(i));
      cells[i] = isImage && value.isTextual() ? image(directory, value.textValue()) : cell(value);
    }
    table.add(cells);
    return table.build();
  }

  private static TableBuilder builder(StudySchema schema, String source, List<String> names)
      throws InvalidDataException {
    return new TableBuilder(
        schema, Purpose.PREDICTION, source, names, Set.of(), DataLimits.defaults());
  }

  private static Cell image(Path directory, String name) {
    try {
      return image(directory.resolve(name));
    } catch (InvalidPathException e) {
      return new Cell.Unreadable("names no image file");
    }
  }

  private static Cell image(Path file) {
    try {
      return new Cell.Image(ImageFiles.read(file), "the only record");
    } catch (UnreadableImageException e) {
      return new Cell.Unreadable("the image " + e.getMessage());
    }
  }

  private static Cell cell(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> Cell.MISSING;
      case NUMBER -> Cell.of(value.numberValue());
      case BOOLEAN -> Cell.of(value.booleanValue());
      case STRING -> Cell.text(value.textValue());
      // Not a value of any column; its text is in no schema and is refused with the column's name.
      case ARRAY, OBJECT, BINARY, POJO -> Cell.text("{}");
    };
  }
}
