package io.consilium.inference.onnx.operators;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attributes of a node by name: numbers, texts, tensors and lists of them.
 *
 * @param values a Long, Double, String, {@link io.consilium.inference.onnx.program.Tensor}, or a
 *     list of the first two or of texts
 */
public record Attributes(Map<String, Object> values) {
  public Attributes {
    values = Map.copyOf(values);
  }

  private <T> Optional<T> find(String name, Class<T> type) {
    Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("attribute '" + name + "' has the wrong type");
    }
    return Optional.of(type.cast(value));
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Optional<Long> integer(String name) {
    return find(name, Long.class);
  }

  long integer(String name, long otherwise) {
    return integer(name).orElse(otherwise);
  }

  double real(String name, double otherwise) {
    return find(name, Double.class).orElse(otherwise);
  }

  Optional<Double> real(String name) {
    return find(name, Double.class);
  }

  String text(String name, String otherwise) {
    return find(name, String.class).orElse(otherwise);
  }

  <T> Optional<T> of(String name, Class<T> type) {
    return find(name, type);
  }

  Optional<List<Long>> integers(String name) {
    return find(name, List.class).map(list -> cast(name, list, Long.class));
  }

  Optional<List<Double>> reals(String name) {
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
