package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names of a graph, and of the graphs around it. */
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, Value> values = new HashMap<>();

  /** Names of what could not be translated. */
  private final Set<String> missing = new HashSet<>();

  private Scope(Optional<Scope> outer) {
    this.outer = outer;
  }

  static Scope outermost() {
    return new Scope(Optional.empty());
  }

  Scope inner() {
    return new Scope(Optional.of(this));
  }

  void put(String name, Value value) {
    values.put(name, value);
  }

  void putMissing(String name) {
    missing.add(name);
  }

  Optional<Value> find(String name) {
    if (missing.contains(name)) {
      return Optional.empty();
    }
    Value own = values.get(name);
    return own == null ? outer.flatMap(scope -> scope.find(name)) : Optional.of(own);
  }

  boolean isMissing(String name) {
    return missing.contains(name)
        || !values.containsKey(name) && outer.filter(scope -> scope.isMissing(name)).isPresent();
  }
}
