package io.consilium.coordinator.link;

import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.Principal;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this party knows of its jobs: so that everything is told to the listener once, and
 * everything of importance is told to the coordinator until it says that it heard.
 *
 * <p>Safe for use by several threads. It outlives the actor system, not the process.
 */
final class Ledger {

  /** Jobs that are remembered; the oldest that are over are forgotten first. */
  static final int JOBS_MAX = 1_000;

  private static final class Entry {
    final Principal researcher;
    final String manifestSha256;
    final Optional<PublicKey> resultsKey;
    int attempt;
    long sequence;
    boolean running;
    boolean over;
    Optional<String> planDigest = Optional.empty();
    Optional<ControlMessage.ToCoordinator> unheard = Optional.empty();

    Entry(Principal researcher, String manifestSha256, Optional<PublicKey> resultsKey) {
      this.researcher = researcher;
      this.manifestSha256 = manifestSha256;
      this.resultsKey = resultsKey;
    }
  }

  private final Map<JobId, Entry> entries = new LinkedHashMap<>();

  /**
   * Notes a proposal; false if it is known already, or if there are too many open ones.
   *
   * @param resultsKey what is disclosed to the researcher is sealed to it
   */
  synchronized boolean proposed(
      JobId id, Principal researcher, String manifestSha256, Optional<PublicKey> resultsKey) {
    if (entries.containsKey(id)) {
      return false;
    }
    if (entries.size() >= JOBS_MAX) {
      entries.entrySet().stream()
          .filter(entry -> entry.getValue().over)
          .map(Map.Entry::getKey)
          .findFirst()
          .ifPresent(entries::remove);
    }
    if (entries.size() >= JOBS_MAX) {
      return false;
    }
    entries.put(id, new Entry(researcher, manifestSha256, resultsKey));
    return true;
  }

  /** Notes what this party accepted. */
  synchronized void accepted(JobId id, String planDigest) {
    entry(id).ifPresent(entry -> entry.planDigest = Optional.of(planDigest));
  }

  /** Whether this party accepted exactly this. */
  synchronized boolean isAccepted(JobId id, String manifestSha256, String planDigest) {
    return entry(id)
        .filter(entry -> entry.manifestSha256.equals(manifestSha256))
        .filter(entry -> entry.planDigest.equals(Optional.of(planDigest)))
        .isPresent();
  }

  /**
   * Notes that an attempt begins; false if it, or a later one, began already or the job is over.
   */
  synchronized boolean started(JobId id, int attempt) {
    Entry entry = entries.get(id);
    if (entry == null || entry.over || attempt <= entry.attempt) {
      return false;
    }
    entry.attempt = attempt;
    entry.running = true;
    return true;
  }

  /** The number of the next report of this job. */
  synchronized long nextSequence(JobId id) {
    return entry(id).map(entry -> entry.sequence++).orElse(0L);
  }

  /** Notes what the coordinator has to hear; later words replace earlier ones. */
  synchronized void say(JobId id, ControlMessage.ToCoordinator message, boolean last) {
    entry(id)
        .filter(entry -> !entry.over)
        .ifPresent(entry -> {
          entry.unheard = Optional.of(message);
          entry.running &= !last;
        });
  }

  /** Notes that the coordinator has heard this party's last word; a job at work has none yet. */
  synchronized void heard(JobId id) {
    Entry entry = entries.get(id);
    if (entry != null && !entry.running) {
      entry.over = true;
      entry.unheard = Optional.empty();
    }
  }

  /** Notes that a job is over; false if it is unknown or was over already. */
  synchronized boolean over(JobId id) {
    Entry entry = entries.get(id);
    if (entry == null || entry.over) {
      return false;
    }
    entry.over = true;
    entry.running = false;
    entry.unheard = Optional.empty();
    return true;
  }

  /** What results of the job are sealed to. */
  synchronized Optional<PublicKey> resultsKey(JobId id) {
    return entry(id).flatMap(entry -> entry.resultsKey);
  }

  /** The plan that this party accepted. */
  synchronized Optional<String> planDigest(JobId id) {
    return entry(id).flatMap(entry -> entry.planDigest);
  }

  /** Whose job it is. */
  synchronized Optional<Principal> researcher(JobId id) {
    return entry(id).map(entry -> entry.researcher);
  }

  /** The jobs that this party is at work on. */
  synchronized List<JobId> running() {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().running)
        .map(Map.Entry::getKey)
        .limit(HelloDocument.JOBS_MAX)
        .toList();
  }

  /** What the coordinator may not have heard. */
  synchronized List<ControlMessage.ToCoordinator> unheard() {
    return entries.values().stream().flatMap(entry -> entry.unheard.stream()).toList();
  }

  private Optional<Entry> entry(JobId id) {
    return Optional.ofNullable(entries.get(id));
  }
}
