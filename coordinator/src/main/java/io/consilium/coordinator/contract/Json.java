package io.consilium.coordinator.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * The one form of JSON that is signed, sent and stored: keys in alphabetical order, no white space,
 * no unknown or duplicate keys, bounded depth and size.
 */
public final class Json {

  /** The longest document that is read. */
  public static final int DOCUMENT_CHARS_MAX = 4 << 20;

  /** The longest string within a document, which is what signed results are. */
  public static final int STRING_CHARS_MAX = 1 << 20;

  /** The deepest nesting. */
  public static final int DEPTH_MAX = 32;

  private static final ObjectMapper MAPPER = mapper();

  private Json() {}

  /** The canonical bytes of a record or a tree. */
  public static byte[] bytes(Object value) {
    try {
      // A tree keeps the order of its author; as plain maps its keys are sorted like a record's.
      return MAPPER.writeValueAsBytes(MAPPER.convertValue(value, Object.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a document: " + value.getClass().getName(), e);
    }
  }

  /** Reads bytes, strictly. */
  public static <T> T read(byte[] json, Class<T> type) throws IOException {
    T value = MAPPER.readValue(json, type);
    if (value == null) {
      throw new IOException("null where a document should be");
    }
    return value;
  }

  /** The mapper behind this class, for streams and trees. */
  public static ObjectMapper mapperCopy() {
    return MAPPER.copy();
  }

  private static ObjectMapper mapper() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(STRING_CHARS_MAX)
                    .maxDocumentLength(DOCUMENT_CHARS_MAX)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return JsonMapper.builder(factory)
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        // A record is its components; isFinal() and the like are answers, not content.
        .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .build();
  }
}
