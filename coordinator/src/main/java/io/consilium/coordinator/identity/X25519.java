package io.consilium.coordinator.identity;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Keys that things are sealed to with {@link Hpke}. */
public final class X25519 {
  private static final String NAME = "X25519";

  /** What stands before the 32 bytes of a public key in its X.509 form (RFC 8410, section 4). */
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

  private X25519() {}

  /** A fresh pair. */
  public static KeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME);
      generator.initialize(255, random);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no X25519", e);
    }
  }

  /** The public key as 64 hexadecimal digits (RFC 7748). */
  public static String hex(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return HexFormat.of().formatHex(encoded, X509_PREFIX.length, encoded.length);
  }

  /**
   * Reads what {@link #hex} wrote.
   *
   * @throws GeneralSecurityException if it is no public key
   */
  public static PublicKey publicKey(String hex) throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + Hpke.PUBLIC_KEY_BYTES);
    try {
      byte[] key = HexFormat.of().parseHex(hex);
      if (key.length != Hpke.PUBLIC_KEY_BYTES) {
        throw new GeneralSecurityException("not an X25519 key");
      }
      System.arraycopy(key, 0, encoded, X509_PREFIX.length, key.length);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not an X25519 key", e);
    }
    return KeyFactory.getInstance(NAME).generatePublic(new X509EncodedKeySpec(encoded));
  }

  /**
   * Reads a private key.
   *
   * @param pkcs8 as {@link PrivateKey#getEncoded} gives it
   */
  public static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance(NAME).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }
}
