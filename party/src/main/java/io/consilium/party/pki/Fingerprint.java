package io.consilium.party.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;

/** A public key's SHA-256 in a form that two people can compare on the telephone. */
final class Fingerprint {

  private static final int GROUP_DIGITS = 4;

  private Fingerprint() {}

  /** 16 groups of four hexadecimal digits. */
  static String of(PublicKey key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return HexFormat.of().formatHex(digest).replaceAll("(.{" + GROUP_DIGITS + "})(?=.)", "$1 ");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
