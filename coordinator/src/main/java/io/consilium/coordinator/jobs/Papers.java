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
    return sha256(signed.document());
  }

  /** SHA-256 of bytes, hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
