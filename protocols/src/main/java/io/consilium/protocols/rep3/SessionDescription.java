package io.consilium.protocols.rep3;

import io.consilium.protocols.transport.SessionId;
import java.util.List;

/**
 * What the three compute parties must agree on before they compute.
 *
 * @param sessionId 16 bytes, never used before
 * @param programDigest SHA-256 of the program, its public inputs and its disclosures
 * @param certificateHashes SHA-256 of the certificates of P0, P1 and P2
 */
public record SessionDescription(
    byte[] sessionId, byte[] programDigest, List<byte[]> certificateHashes) {
  public SessionDescription {
    require("a session id", sessionId, SessionId.BYTES);
    require("a program digest", programDigest, Digests.BYTES);
    if (certificateHashes.size() != 3) {
      throw new IllegalArgumentException(
          "a session has 3 certificates, not " + certificateHashes.size());
    }
    certificateHashes.forEach(hash -> require("a certificate hash", hash, Digests.BYTES));
    sessionId = sessionId.clone();
    programDigest = programDigest.clone();
    certificateHashes = certificateHashes.stream().map(byte[]::clone).toList();
  }

  private static void require(String what, byte[] bytes, int length) {
    if (bytes.length != length) {
      throw new IllegalArgumentException(what + " has " + length + " bytes, not " + bytes.length);
    }
  }
}
