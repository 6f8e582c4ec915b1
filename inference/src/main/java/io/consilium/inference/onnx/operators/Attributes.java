package io.consilium.inference.onnx.operators;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Attributes of a node by name: numbers, texts, tensors and lists of them. It is noted which of
 * them an operator asks for: one that nobody asks for would be ignored silently.
 */
public final class Attributes {
  private final Map<String, Object> values;
  private final Set<String> asked = new HashSet<>();

  /**
   * The attributes of a node.
   *
   * @param values a Long, Double, String, {@link io.consilium.inference.onnx.program.Tensor}, or a
   *     list of the first two or of texts; anything else is a value that no operator takes
   */
  public Attributes(Map<String, Object> values) {
    this.values = Map.copyOf(values);
  }

  private <T> Optional<T> find(String name, Class<T> type) {
    asked.add(name);
    Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("attribute '" + name + "' has the wrong type");
    }
    return Optional.of(type.cast(value));
  }

  /** Names of those that nobody asked for, sorted. */
  public List<String> unasked() {
    return values.keySet().stream().filter(name -> !asked.contains(name)).sorted().toList();
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Optional<Long> integer(String name) {
    return find(name, Long.class);
  }

  public long integer(String name, long otherwise) {
    return integer(name).orElse(otherwise);
  }

  public boolean isSet(String name) {
    return integer(name, 0) != 0;
  }

  public double real(String name, double otherwise) {
    return find(name, Double.class).orElse(otherwise);
  }

  public Optional<Double> real(String name) {
    return find(name, Double.class);
  }

  public String text(String name, String otherwise) {
    return find(name, String.class).orElse(otherwise);
  }

  /** A text out of a few; others are refused, and the first of them is meant if there is none. */
  public String choice(String name, String... allowed) {
    String value = text(name, allowed[0]);
    if (!List.of(allowed).contains(value)) {
      throw new IllegalArgumentException(
          "attribute '%s' is '%s'; supported are %s"
              .formatted(name, value, String.join(", ", allowed)));
    }
    return value;
  }

  public <T> Optional<T> of(String name, Class<T> type) {
    return find(name, type);
  }

  public Optional<List<Long>> integers(String name) {
    return find(name, List.class).map(list -> cast(name, list, Long.class));
  }

  public Optional<List<String>> texts(String name) {
    return find(name, List.class).map(list -> cast(name, list, String.class));
  }

  public Optional<List<Double>> reals(String name) {
    return find(name, List.class).map(list -> cast(name, list, Double.class));
  }

  private static <T> List<T> cast(String name, List<?> list, Class<T> type) {
    for (Object element : list) {
      if (!type.isInstance(element)) {
        throw new IllegalArgumentException("attribute '" + name + "' has the wrong type");
      }
    }
    return list.stream().map(type::cast).toList();
  }
}
