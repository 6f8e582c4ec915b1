package io.consilium.party.audit;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * One line of the audit log.
 *
 * @param seq the line's number, from 1 without gaps
 * @param time ISO 8601, UTC
 * @param prevHash the hash of the line before, or 64 zeros
 * @param hash SHA-256 over this line's JSON with an empty hash
 */
@JsonPropertyOrder({"seq", "time", "actor", "action", "job", "detail", "prevHash", "hash"})
public record AuditEntry(
    long seq,
    String time,
    String actor,
    String action,
    String job,
    Map<String, String> detail,
    String prevHash,
    String hash) {

  static final String NO_HASH = "0".repeat(64);

  private static final int DEPTH_MAX = 4;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static AuditEntry next(long seq, String time, AuditEvent event, String prevHash) {
    AuditEntry open =
        new AuditEntry(
            seq, time, event.actor(), event.action(), event.job(), event.detail(), prevHash, "");
    return open.withHash(open.computeHash());
  }

  /** Reads a line; anything but the exact bytes that {@link #line} writes is refused. */
  static AuditEntry parse(String line) throws JsonProcessingException {
    AuditEntry entry = JSON.readValue(line, AuditEntry.class);
    if (!entry.line().equals(line)) {
      throw new JsonProcessingException("not in canonical form") {
        private static final long serialVersionUID = 1L;
      };
    }
    return entry;
  }

  String line() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts always has a JSON form", e);
    }
  }

  boolean hasRightHash() {
    return withHash("").computeHash().equals(hash);
  }

  private String computeHash() {
    try {
      byte[] bytes = line().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private AuditEntry withHash(String newHash) {
    return new AuditEntry(seq, time, actor, action, job, detail, prevHash, newHash);
  }
}
