package io.consilium.bench;

import io.consilium.coordinator.cli.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results for people. */
final class Report {
  private static final double KILO = 1000;
  private static final double MIB = 1 << 20;

  private Report() {}

  static String of(List<Outcome> outcomes) {
    List<Result> computations = new ArrayList<>();
    List<ServingResult> services = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      switch (outcome) {
        case Result result -> computations.add(result);
        case ServingResult result -> services.add(result);
      }
    }
    String both = computations.isEmpty() || services.isEmpty() ? "" : "\n";
    return (computations.isEmpty() ? "" : computations(computations))
        + both
        + (services.isEmpty() ? "" : services(services));
  }

  private static String services(List<ServingResult> results) {
    Table table =
        new Table(
            "SERVICE",
            "REQUESTS",
            "PER SECOND",
            "P50",
            "P99",
            "WRONG",
            "REFUSED",
            "LOST",
            "CPU, PARTIES",
            "REFUSAL P99");
    for (ServingResult result : results) {
      service(table, result.name(), result.inTurn(), cpuPerRequest(result));
      result
          .overload()
          .ifPresent(both -> service(table, "  more than it can answer", both.more(), "-"));
    }
    return table.toString();
  }

  private static String cpuPerRequest(ServingResult result) {
    return seconds(result.partiesCpuSeconds() / result.inTurn().asked());
  }

  private static void service(
      Table table, String name, ServingTally.Counts counts, String cpuPerRequest) {
    var _ =
        table.row(
            name,
            counts.asked(),
            format("%.0f", counts.rate()),
            format("%.0f ms", counts.p50Millis()),
            format("%.0f ms", counts.p99Millis()),
            counts.wrong(),
            counts.refused(),
            counts.lost(),
            cpuPerRequest,
            counts.refused() == 0 ? "-" : format("%.1f ms", counts.refusalP99Millis()));
  }

  private static String computations(List<Result> results) {
    Table table =
        new Table(
            "BENCHMARK",
            "MEDIAN",
            "MIN",
            "MAX",
            "CPU, ALL",
            "SENT PER PARTY",
            "ROUNDS",
            "MEMORY",
            "PLAINTEXT",
            "SLOWER BY",
            "RATE");
    for (Result result : results) {
      var _ =
          table.row(
              result.name(),
              seconds(result.wallSeconds().median()),
              seconds(result.wallSeconds().min()),
              seconds(result.wallSeconds().max()),
              seconds(result.cpuSeconds().median()),
              result.parties() == 1 ? "-" : bytes(result.bytesPerParty()),
              result.parties() == 1 ? "-" : result.rounds(),
              format("%.0f MiB", result.peakMemoryBytes() / MIB),
              seconds(result.plaintextSeconds().median()),
              format(result.slowdown() < 10 ? "%.1f x" : "%.0f x", result.slowdown()),
              rate(result));
    }
    return table.toString();
  }

  private static String rate(Result result) {
    if (result.gmacPerSecond().isPresent()) {
      return format("%.2f GMAC/s", result.gmacPerSecond().getAsDouble());
    }
    return result.stepsPerSecond().isPresent()
        ? format("%.1f steps/s", result.stepsPerSecond().getAsDouble())
        : "-";
  }

  static String seconds(double seconds) {
    if (seconds >= 1) {
      return format("%.2f s", seconds);
    }
    double millis = seconds * KILO;
    return millis >= 1 ? format("%.1f ms", millis) : format("%.0f us", millis * KILO);
  }

  static String bytes(long bytes) {
    double kilo = bytes / KILO;
    if (kilo < 1) {
      return bytes + " B";
    }
    return kilo < KILO ? format("%.1f kB", kilo) : format("%.2f MB", kilo / KILO);
  }

  private static String format(String pattern, double number) {
    return String.format(Locale.ROOT, pattern, number);
  }
}
