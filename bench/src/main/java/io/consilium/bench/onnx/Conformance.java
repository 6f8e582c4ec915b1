package io.consilium.bench.onnx;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many tests of each tier passed, and why the others did not. */
final class Conformance {
  private record Failure(String name, String tier, String reason) {}

  private final Map<String, int[]> passedAndTotal = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();

  /** Nothing has run yet; the tiers of operator tests are always listed. */
  Conformance() {
    passedAndTotal.put(TestFolder.CORE, new int[2]);
    passedAndTotal.put(TestFolder.EXTRA, new int[2]);
  }

  void passed(TestFolder test) {
    count(test)[0]++;
    count(test)[1]++;
  }

  void failed(TestFolder test, String reason) {
    count(test)[1]++;
    failures.add(new Failure(test.name(), test.tier(), reason));
  }

  private int[] count(TestFolder test) {
    return passedAndTotal.computeIfAbsent(test.tier(), _ -> new int[2]);
  }

  /** {@code {"core": {"passed": n, "total": n}, .., "failures": [..]}}. */
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    passedAndTotal.forEach(
        (tier, counts) -> json.putObject(tier).put("passed", counts[0]).put("total", counts[1]));
    var list = json.putArray("failures");
    for (Failure failure : failures) {
      list.addObject()
          .put("name", failure.name())
          .put("tier", failure.tier())
          .put("reason", failure.reason());
    }
    return json;
  }

  /** For people. */
  String toText() {
    StringBuilder text = new StringBuilder();
    passedAndTotal.forEach((tier, counts) -> {
      if (counts[1] > 0) {
        text.append("%-6s %d of %d passed%n".formatted(tier, counts[0], counts[1]));
      }
    });
    for (Failure failure : failures) {
      text.append("  %s (%s): %s%n".formatted(failure.name(), failure.tier(), failure.reason()));
    }
    return text.toString().stripTrailing();
  }
}
