package io.consilium.inference;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 over a list of fields, each behind its length. The first one says what the digest is for.
 */
final class Sha256 {
  static final int BYTES = 32;

  private final MessageDigest digest;

  private Sha256(String purpose) {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
    with("consilium/v1 " + purpose);
  }

  static Sha256 of(String purpose) {
    return new Sha256(purpose);
  }

  Sha256 with(byte[] field) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).flip());
    digest.update(field);
    return this;
  }

  Sha256 with(String field) {
    return with(field.getBytes(StandardCharsets.UTF_8));
  }

  Sha256 with(int field) {
    return with(ByteBuffer.allocate(Integer.BYTES).putInt(field).array());
  }

  byte[] digest() {
    return digest.digest();
  }
}
