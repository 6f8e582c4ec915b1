package io.consilium.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What a serving benchmark gave.
 *
 * @param inTurn each client waits for its answer before it asks again
 * @param partiesCpuSeconds of the three parties while they answered that
 * @param clientsCpuSeconds of all clients meanwhile
 */
record ServingResult(
    String name,
    int clients,
    ServingTally.Counts inTurn,
    double partiesCpuSeconds,
    double clientsCpuSeconds,
    long peakMemoryBytes,
    Optional<Overload> overload)
    implements Outcome {
  private static final double MILLI = 1e3;

  /**
   * More was asked than can be answered.
   *
   * @param capacity what was answered before each slice of it, when each client had some questions
   *     under way and waited for their answers
   */
  record Overload(ServingTally.Counts capacity, ServingTally.Counts more) {
    /** The right answers under overload, as a part of those without. */
    double goodputShare() {
      return more.rate() / capacity.rate();
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("clients", clients);
    put(json, inTurn);
    json.put("partiesCpuMillisPerRequest", MILLI * partiesCpuSeconds / inTurn.asked());
    json.put("clientsCpuMillisPerRequest", MILLI * clientsCpuSeconds / inTurn.asked());
    json.put("peakMemoryBytes", peakMemoryBytes);
    overload.ifPresent(both -> {
      ServingTally.Counts counts = both.more();
      ObjectNode more = json.putObject("overload");
      put(more, counts);
      more.put("capacityPerSecond", both.capacity().rate());
      more.put("offeredPerSecond", counts.asked() / counts.seconds());
      more.put("goodput", both.goodputShare());
      more.put("refusalP50Millis", counts.refusalP50Millis());
      more.put("refusalP99Millis", counts.refusalP99Millis());
      more.put("refusalMaxMillis", counts.refusalMaxMillis());
    });
    return json;
  }

  private static void put(ObjectNode json, ServingTally.Counts counts) {
    json.put("requests", counts.asked());
    json.put("answered", counts.answered());
    json.put("wrong", counts.wrong());
    json.put("refused", counts.refused());
    json.put("lost", counts.lost());
    ObjectNode failures = json.putObject("failures");
    counts.failures().forEach(failures::put);
    json.put("seconds", counts.seconds());
    json.put("requestsPerSecond", counts.rate());
    json.put("p50Millis", counts.p50Millis());
    json.put("p99Millis", counts.p99Millis());
    json.put("maxMillis", counts.maxMillis());
  }
}
