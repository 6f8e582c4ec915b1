package io.consilium.coordinator.contract;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The coordinator's word that every party accepted the plan and that this attempt begins.
 *
 * @param attempt counts from 1
 * @param sessionId 32 hexadecimal digits, fresh for every attempt; public
 * @param manifestSha256 digest of the manifest that was proposed
 * @param planDigest digest of the plan that all parties accepted
 * @param parties whom it is addressed to
 */
public record StartDocument(
    JobId jobId,
    int attempt,
    String sessionId,
    String manifestSha256,
    String planDigest,
    List<String> parties)
    implements Document {

  private static final Pattern SESSION = Pattern.compile("[0-9a-f]{32}");

  /** Refuses malformed ids and digests. */
  public StartDocument {
    Bounds.require(attempt >= 1, "attempt counts from 1");
    Bounds.require(SESSION.matcher(sessionId).matches(), "sessionId is not 32 hexadecimal digits");
    Bounds.digest("manifestSha256", manifestSha256);
    Bounds.digest("planDigest", planDigest);
    parties = List.copyOf(parties);
    Bounds.size("parties", parties, 32);
  }
}
