package io.consilium.inference.onnx.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which a program runs on shares: instructions of one {@link Bundle} that are ready
 * together run together. Of those that are ready the one with the most behind it comes first, so
 * that short branches wait for the long ones, and for company. The order depends on the program
 * alone, so all parties have the same.
 */
final class Schedule {
  /** What runs together is numbered with 16 bits on its way; a graph may have more branches. */
  private static final int TOGETHER_MAX = 1 << 10;

  private final Map<Integer, List<Value>> readers = new HashMap<>();
  private final Map<Integer, Integer> missing = new HashMap<>();
  private final Map<Integer, Integer> behind = new HashMap<>();
  private final List<Value> ready = new ArrayList<>();
  private final List<List<Value>> groups = new ArrayList<>();

  private Schedule(List<Value> values) {
    for (Value value : values) {
      List<Value> computed =
          instruction(value).operands().stream()
              .filter(operand -> operand.origin().isPresent())
              .distinct()
              .toList();
      computed.forEach(x -> readers.computeIfAbsent(x.id(), _ -> new ArrayList<>()).add(value));
      missing.put(value.id(), computed.size());
      if (computed.isEmpty()) {
        ready.add(value);
      }
    }
    for (Value value : values.reversed()) {
      int longest = readersOf(value).stream().mapToInt(x -> behind.get(x.id())).max().orElse(0);
      behind.put(value.id(), longest + (instruction(value).isLocal() ? 0 : 1));
    }
  }

  /** Groups of values, each of which depends on groups before it only. */
  static List<List<Value>> of(Program program) {
    Schedule schedule = new Schedule(program.computed());
    while (!schedule.ready.isEmpty()) {
      schedule.take();
    }
    return List.copyOf(schedule.groups);
  }

  private static Instruction instruction(Value value) {
    return value.origin().orElseThrow();
  }

  private List<Value> readersOf(Value value) {
    return readers.getOrDefault(value.id(), List.of());
  }

  /** What sends nothing goes first: more may be ready behind it. */
  private void take() {
    Value first =
        ready.stream()
            .min(
                Comparator.comparing((Value value) -> !instruction(value).isLocal())
                    .thenComparingInt(value -> -behind.get(value.id()))
                    .thenComparingInt(Value::id))
            .orElseThrow();
    Bundle bundle = instruction(first).bundle();
    List<Value> group =
        ready.stream()
            .filter(value -> instruction(value).bundle().equals(bundle))
            .sorted(Comparator.comparingInt(Value::id))
            .limit(TOGETHER_MAX)
            .toList();
    groups.add(group);
    ready.removeAll(group);
    for (Value done : group) {
      for (Value reader : readersOf(done)) {
        if (missing.merge(reader.id(), -1, Integer::sum) == 0) {
          ready.add(reader);
        }
      }
    }
  }
}
