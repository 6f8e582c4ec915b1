package io.consilium.coordinator.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.PropertyBindingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads YAML (and so JSON) that a person wrote, forgiving nothing: unknown keys, duplicate keys,
 * missing keys, values of another type and anything after the document are refused, with file,
 * line, column, key path and, for a mistyped key, a suggestion.
 *
 * <p>Types to read into are records: a component is required unless it is an {@code Optional}, and
 * what its constructor refuses with {@link IllegalArgumentException} is reported at its place.
 */
public final class StrictYaml {

  /** The longest file that is read. */
  public static final int FILE_BYTES_MAX = 1 << 20;

  /** The deepest nesting of a file. */
  public static final int DEPTH_MAX = 32;

  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d{1,30},\\d{1,30}");

  private static final ObjectMapper MAPPER = mapper();

  private StrictYaml() {}

  /** Reads a file into a record. */
  public static <T> T read(Path file, Class<T> type) throws ConfigException {
    return parse(text(file), file.toString(), type);
  }

  /** Reads a text into a record; {@code source} is what errors call it. */
  public static <T> T parse(String text, String source, Class<T> type) throws ConfigException {
    try {
      return present(MAPPER.readValue(text, type), source);
    } catch (JsonProcessingException e) {
      throw new ConfigException(source + mistyped(text, e).orElseGet(() -> explain(e)));
    }
  }

  /** Reads a file whose keys the caller checks itself; its top level is an object. */
  public static JsonNode tree(Path file) throws ConfigException {
    String source = file.toString();
    try {
      JsonNode tree = present(MAPPER.readTree(text(file)), source);
      if (!tree.isObject()) {
        throw new ConfigException(source + ": it should consist of \"key: value\" lines.");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new ConfigException(source + explain(e));
    }
  }

  private static <T> T present(T value, String source) throws ConfigException {
    if (value == null || (value instanceof JsonNode node && node.isMissingNode())) {
      throw new ConfigException(source + ": it is empty.");
    }
    return value;
  }

  private static String text(Path file) throws ConfigException {
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file + " is a directory, not a file.");
      }
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new ConfigException(file + " is larger than " + FILE_BYTES_MAX + " bytes.");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          file + " does not exist. Looked for " + file.toAbsolutePath().normalize() + ".");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + " is not UTF-8 text.");
    } catch (IOException e) {
      throw new ConfigException(file + " cannot be read: is it readable for this user?");
    }
  }

  private static String explain(JsonProcessingException problem) {
    return switch (problem) {
      case PropertyBindingException unknown -> at(unknown) + unknownKey(unknown);
      case ValueInstantiationException refused
          when refused.getCause() instanceof IllegalArgumentException cause ->
          at(refused) + named(refused) + cause.getMessage() + ".";
      case InvalidFormatException wrong -> at(wrong) + wrongValue(wrong);
      case MismatchedInputException wrong -> at(wrong) + wrongValue(wrong);
      case JsonMappingException wrong when wrong.getCause() instanceof JsonProcessingException e ->
          explain(e);
      default -> at(problem) + "not well-formed: " + firstLine(problem.getOriginalMessage()) + ".";
    };
  }

  /** A key that seems to be missing is often there with a slip of the finger: say that first. */
  private static Optional<String> mistyped(String text, JsonProcessingException problem) {
    if (!(problem instanceof MismatchedInputException missing)
        || !isMissing(missing)
        || missing.getPath().isEmpty()
        || !(missing.getPath().getLast().getFrom() instanceof Class<?> type)) {
      return Optional.empty();
    }
    List<JsonMappingException.Reference> steps = missing.getPath();
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    for (JsonMappingException.Reference step : steps.subList(0, steps.size() - 1)) {
      node =
          step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
    }
    List<String> known =
        MAPPER
            .getDeserializationConfig()
            .introspect(MAPPER.constructType(type))
            .findProperties()
            .stream()
            .map(BeanPropertyDefinition::getName)
            .sorted()
            .toList();
    String prefix = path(steps.subList(0, steps.size() - 1));
    return node.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !known.contains(key))
        .findFirst()
        .map(key ->
            at(problem) + unknownKey(prefix.isEmpty() ? key : prefix + "." + key, key, known));
  }

  private static boolean isMissing(MismatchedInputException problem) {
    String message = problem.getOriginalMessage();
    return message.startsWith("Null value for creator property")
        || message.startsWith("Cannot map `null`")
        || message.startsWith("Missing required creator property");
  }

  private static String at(JsonProcessingException problem) {
    JsonLocation location = problem.getLocation();
    return location == null || location.getLineNr() < 1
        ? ": "
        : ", line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }

  private static String unknownKey(PropertyBindingException problem) {
    List<String> known =
        problem.getKnownPropertyIds() == null
            ? List.of()
            : problem.getKnownPropertyIds().stream()
                .filter(Objects::nonNull)
                .map(Object::toString)
                .sorted()
                .toList();
    return unknownKey(path(problem), problem.getPropertyName(), known);
  }

  private static String unknownKey(String path, String key, List<String> known) {
    return "unknown key \""
        + path
        + "\"."
        + Suggestion.nearest(key, known).map(word -> " Did you mean \"" + word + "\"?").orElse("")
        + (known.isEmpty() ? "" : " Known here: " + String.join(", ", known) + ".");
  }

  private static String wrongValue(MismatchedInputException problem) {
    if (problem.getOriginalMessage().startsWith("No content to map")) {
      return "it is empty.";
    }
    if (isMissing(problem)) {
      return "the key \"" + path(problem) + "\" is missing or empty.";
    }
    Class<?> type = problem.getTargetType();
    if (problem instanceof InvalidFormatException && type != null && type.isEnum()) {
      return named(problem) + "should be one of " + choices(type) + ".";
    }
    return named(problem)
        + "should be "
        + (type == null ? "something else" : expected(type))
        + "."
        + (hasDecimalComma(problem) ? " Write a point in place of the decimal comma." : "");
  }

  private static boolean hasDecimalComma(MismatchedInputException problem) {
    return problem instanceof InvalidFormatException wrong
        && wrong.getValue() instanceof String text
        && DECIMAL_COMMA.matcher(text).matches();
  }

  private static String choices(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> MAPPER.convertValue(constant, String.class))
        .collect(Collectors.joining(", "));
  }

  private static String expected(Class<?> type) {
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == double.class || type == float.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (Collection.class.isAssignableFrom(type) || type.isArray()) {
      return "a list";
    }
    if (type == String.class || type == Path.class) {
      return "text";
    }
    return "a group of \"key: value\" lines";
  }

  private static String named(JsonMappingException problem) {
    String path = path(problem);
    return path.isEmpty() ? "" : "\"" + path + "\" ";
  }

  private static String path(JsonMappingException problem) {
    return path(problem.getPath());
  }

  private static String path(List<JsonMappingException.Reference> steps) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : steps) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  private static ObjectMapper mapper() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setNestingDepthLimit(DEPTH_MAX);
    YAMLFactory factory =
        YAMLFactory.builder()
            .loaderOptions(options)
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A piece of the source could carry a value into an error message.
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return YAMLMapper.builder(factory)
        .addModule(new Jdk8Module())
        .addModule(new JavaTimeModule())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .build();
  }
}
