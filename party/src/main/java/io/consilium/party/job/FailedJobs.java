package io.consilium.party.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each researcher failed here within the last hour. Every refusal tells something about
 * the site, if only a bit, so their number is bounded. What is refused for that reason is not
 * counted, and not looked at.
 *
 * <p>In memory: a restart is nothing that a researcher can bring about. Safe for use by several
 * threads.
 */
final class FailedJobs {
  static final Duration WINDOW = Duration.ofHours(1);

  /** The authority has enrolled every researcher, so there are never that many. */
  private static final int RESEARCHERS_MAX = 4_096;

  private final Map<String, Deque<Instant>> failures =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Deque<Instant>> eldest) {
          return size() > RESEARCHERS_MAX;
        }
      };

  /** Notes a failure. */
  synchronized void add(String researcher, Instant at) {
    failures.computeIfAbsent(researcher, _ -> new ArrayDeque<>()).addLast(at);
  }

  /** Whether a researcher has failed that often. */
  synchronized boolean reached(String researcher, int most, Instant now) {
    Deque<Instant> times = failures.get(researcher);
    if (times == null) {
      return false;
    }
    while (!times.isEmpty() && !times.getFirst().isAfter(now.minus(WINDOW))) {
      times.removeFirst();
    }
    if (times.isEmpty()) {
      failures.remove(researcher);
    }
    return times.size() >= most;
  }
}
