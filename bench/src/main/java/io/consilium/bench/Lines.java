package io.consilium.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** What the processes of a benchmark say to each other: one JSON value per line. */
final class Lines {
  /** Begins what a process says: a JVM may print something to standard output, too. */
  private static final String MARK = "bench: ";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Lines() {}

  /** A line of a process to the program that has started it. */
  static String say(Object value) {
    return MARK + write(value);
  }

  /** The value of a line that was said, as it was written. */
  static Optional<String> said(String line) {
    return line.startsWith(MARK) ? Optional.of(line.substring(MARK.length())) : Optional.empty();
  }

  static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static <T> T read(String line, Class<T> type) {
    try {
      return JSON.readValue(line, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a message of a benchmark: " + line, e);
    }
  }
}
