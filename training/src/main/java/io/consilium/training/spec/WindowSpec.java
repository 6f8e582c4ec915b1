package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.training.network.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The windows of convolutions and pools as a manifest writes them: a list with a whole number for
 * each spatial dimension, {@code kernel: [5, 5]}. A pool moves by its own size unless it says
 * otherwise.
 */
final class WindowSpec {
  private static final int DIMENSIONS_MAX = 3;
  private static final int LENGTH_MAX = 1 << 12;

  private WindowSpec() {}

  static Window ofConvolution(SpecNode keys) throws InvalidSpecException {
    List<Integer> size = required(keys, "kernel");
    List<Integer> ones = Collections.nCopies(size.size(), 1);
    return new Window(
        size,
        optional(keys, "stride", 1, ones),
        optional(keys, "padding", 0, Collections.nCopies(size.size(), 0)),
        optional(keys, "dilation", 1, ones));
  }

  static Window ofPool(SpecNode keys) throws InvalidSpecException {
    List<Integer> size = required(keys, "size");
    return new Window(
        size,
        optional(keys, "stride", 1, size),
        optional(keys, "padding", 0, Collections.nCopies(size.size(), 0)),
        Collections.nCopies(size.size(), 1));
  }

  private static List<Integer> required(SpecNode keys, String key) throws InvalidSpecException {
    List<Integer> list = numbers(keys.required(key), keys.pathOf(key), 1);
    if (list.isEmpty() || list.size() > DIMENSIONS_MAX) {
      throw new InvalidSpecException(
          keys.pathOf(key), "must have 1 to " + DIMENSIONS_MAX + " numbers, such as [5, 5]");
    }
    return list;
  }

  /** As many numbers as there are in the list that stands for none. */
  private static List<Integer> optional(
      SpecNode keys, String key, int least, List<Integer> otherwise) throws InvalidSpecException {
    if (keys.optional(key).isEmpty()) {
      return otherwise;
    }
    List<Integer> list = numbers(keys.required(key), keys.pathOf(key), least);
    if (list.size() != otherwise.size()) {
      throw new InvalidSpecException(
          keys.pathOf(key), "must have " + otherwise.size() + " numbers, one for each dimension");
    }
    return list;
  }

  private static List<Integer> numbers(JsonNode value, String path, int least)
      throws InvalidSpecException {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode number : value) {
      if (!number.isInt() || number.intValue() < least || number.intValue() > LENGTH_MAX) {
        throw new InvalidSpecException(
            path, "must be whole numbers from " + least + " to " + LENGTH_MAX);
      }
      numbers.add(number.intValue());
    }
    if (!value.isArray()) {
      throw new InvalidSpecException(path, "must be a list of numbers, such as [5, 5]");
    }
    return numbers;
  }

  static void putConvolution(ObjectNode json, Window window) {
    put(json, "kernel", window.size());
    put(json, "stride", window.stride());
    put(json, "padding", window.padding());
    put(json, "dilation", window.dilation());
  }

  static void putPool(ObjectNode json, Window window) {
    put(json, "size", window.size());
    put(json, "stride", window.stride());
    put(json, "padding", window.padding());
  }

  private static void put(ObjectNode json, String key, List<Integer> numbers) {
    ArrayNode list = json.putArray(key);
    numbers.forEach(list::add);
  }
}
