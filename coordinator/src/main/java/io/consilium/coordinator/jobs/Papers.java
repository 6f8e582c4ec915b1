package io.consilium.coordinator.jobs;

import io.consilium.coordinator.identity.SignedDocument;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests of signed documents. */
public final class Papers {

  private Papers() {}

  /** SHA-256 of the bytes that were signed, hexadecimal. */
  public static String sha256(SignedDocument signed) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(signed.document()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
