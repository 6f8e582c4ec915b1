package io.consilium.datasets.definition;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small YAML documents; JSON is YAML too. A key given twice is an error. */
public final class Documents {
  private static final long BYTES_MAX = 4L << 20;

  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Documents() {}

  /** The document in a file of at most 4 MiB. */
  public static JsonNode read(Path file) throws InvalidDefinitionException {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new InvalidDefinitionException(
            file.toString(), "larger than " + BYTES_MAX + " bytes: not a definition");
      }
      return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (IOException e) {
      throw new InvalidDefinitionException(
          file.toString(), "cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  /**
   * The document in a text.
   *
   * @param place how errors name the document
   */
  public static JsonNode parse(String text, String place) throws InvalidDefinitionException {
    try {
      JsonNode node = YAML.readTree(text);
      if (node == null || node.isMissingNode() || node.isNull()) {
        throw new InvalidDefinitionException(place, "is empty");
      }
      return node;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String position =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      String problem = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new InvalidDefinitionException(place, "not valid YAML" + position + ": " + problem);
    }
  }
}
