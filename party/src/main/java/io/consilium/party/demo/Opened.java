package io.consilium.party.demo;

import io.consilium.party.audit.AuditEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a hospital's audit log says was opened. */
final class Opened {

  private static final String ACTION = "value.opened";
  private static final String TO_CLIENT = "client";

  private Opened() {}

  /** One sentence: each value, how many numbers of it, and who learned them. */
  static String summary(List<AuditEntry> entries) {
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (AuditEntry entry : entries) {
      if (entry.action().equals(ACTION)) {
        Map<String, String> detail = entry.detail();
        String what =
            detail.getOrDefault("value", "?") + " to " + detail.getOrDefault("to", TO_CLIENT);
        String count = detail.getOrDefault("elements", detail.getOrDefault("rows", "0"));
        numbers.merge(what, Long.parseLong(count), Long::sum);
      }
    }
    return numbers.isEmpty()
        ? "nothing"
        : numbers.entrySet().stream()
            .map(each -> each.getKey() + " (" + each.getValue() + ")")
            .collect(Collectors.joining(", "));
  }
}
