package io.consilium.party.audit;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something worth remembering: who did what. Facts only, never a record, share, key or prediction.
 *
 * @param actor who, for example {@code researcher:anna}
 * @param action what, for example {@code job.refused}
 * @param job which job, or the empty string
 * @param detail further facts, for example the reason
 */
public record AuditEvent(String actor, String action, String job, Map<String, String> detail) {

  /** The longest text of any field. */
  public static final int TEXT_LENGTH_MAX = 4096;

  /** The most further facts. */
  public static final int DETAILS_MAX = 64;

  /** Copies the detail and cuts texts that are too long, because an event must not be lost. */
  public AuditEvent {
    actor = bounded(actor);
    action = bounded(action);
    job = bounded(job);
    if (detail.size() > DETAILS_MAX) {
      throw new IllegalArgumentException("at most " + DETAILS_MAX + " details");
    }
    Map<String, String> copy = new TreeMap<>();
    detail.forEach((key, value) -> copy.put(bounded(key), bounded(value)));
    detail = Collections.unmodifiableMap(copy);
  }

  /** An event without further facts. */
  public AuditEvent(String actor, String action, String job) {
    this(actor, action, job, Map.of());
  }

  private static String bounded(String text) {
    return text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX - 3) + "...";
  }
}
