package io.consilium.party.job;

import io.consilium.party.dataplane.AttemptId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What the three compute parties of a session are about to compute, as one digest. */
final class Programs {
  private Programs() {}

  /**
   * SHA-256 over the job's plan, the program with its row counts, and the attempt.
   *
   * @param planDigest what every party accepted
   * @param programDigest of 32 bytes
   */
  static byte[] digest(String planDigest, byte[] programDigest, AttemptId attempt) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("consilium program 1\0".getBytes(StandardCharsets.UTF_8));
      digest.update((planDigest + "\0" + attempt + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(programDigest);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
