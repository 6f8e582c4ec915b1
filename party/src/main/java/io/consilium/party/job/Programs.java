package io.consilium.party.job;

import io.consilium.party.dataplane.AttemptId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What the three compute parties of a session are about to compute, as one digest. */
final class Programs {
  private Programs() {}

  /**
   * SHA-256 over the attempt and its plan, the acceptances of all parties, and the program with its
   * row counts.
   *
   * @param agreed what every party has accepted, by its signature
   * @param programDigest of 32 bytes
   */
  static byte[] digest(AttemptId attempt, Agreed agreed, byte[] programDigest) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("consilium program 2\0".getBytes(StandardCharsets.UTF_8));
      digest.update(
          (attempt.planDigest() + "\0" + attempt + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(agreed.digest());
      digest.update(programDigest);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
