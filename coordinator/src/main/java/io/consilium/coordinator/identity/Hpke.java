package io.consilium.coordinator.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encryption to a public key: HPKE (<a href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180</a>)
 * in base mode, one message for each encapsulated key. The suite is DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-256-GCM.
 *
 * <p>Security: only the holder of the private key reads a message, and any change of the message,
 * of {@code info} or of {@code aad} makes it unreadable. It does not say who sealed: whoever needs
 * to know signs the result. Leaks: the length of the message.
 *
 * <p>Bytes: {@value #OVERHEAD_BYTES} more than the message. The names in the code are those of the
 * RFC; its labels keep every derived value apart.
 */
public final class Hpke {
  /** A serialized public key of X25519. */
  public static final int PUBLIC_KEY_BYTES = 32;

  private static final int TAG_BYTES = 16;

  /** What a sealed message is longer than the message: the encapsulated key and the tag. */
  public static final int OVERHEAD_BYTES = PUBLIC_KEY_BYTES + TAG_BYTES;

  private static final byte[] VERSION = ascii("HPKE-v1");
  private static final byte[] NOTHING = {};
  private static final byte MODE_BASE = 0;
  private static final int NONCE_BYTES = 12;

  /** Section 7.1, table 2: DHKEM(X25519, HKDF-SHA256). */
  private static final int KEM_ID = 0x0020;

  /** Section 7.2, table 3: HKDF-SHA256. */
  private static final int KDF_ID = 0x0001;

  /** Section 7.3, table 5: AES-256-GCM. */
  private static final int AEAD_ID = 0x0002;

  private static final int KEY_BYTES = 32;

  private static final byte[] SUITE =
      concat(ascii("HPKE"), i2osp(KEM_ID), i2osp(KDF_ID), i2osp(AEAD_ID));

  private Hpke() {}

  /**
   * Seals a message: section 6.1, {@code SealBase}.
   *
   * @param recipient an X25519 key
   * @param info what the messages of this kind are
   * @param aad what this message belongs to; not part of the result
   * @return the encapsulated key, then the ciphertext with its tag
   * @throws GeneralSecurityException if the key is none that anything can be sealed to
   */
  public static byte[] seal(
      PublicKey recipient, byte[] info, byte[] aad, byte[] message, SecureRandom random)
      throws GeneralSecurityException {
    KEM.Encapsulated encapsulated;
    try {
      encapsulated = KEM.getInstance("DHKEM").newEncapsulator(recipient, random).encapsulate();
    } catch (ProviderException e) {
      // A key of small order, with which everybody would have the same secret.
      throw new GeneralSecurityException("nothing can be sealed to this key", e);
    }
    Cipher aead = aead(Cipher.ENCRYPT_MODE, encapsulated.key(), info);
    aead.updateAAD(aad);
    return concat(encapsulated.encapsulation(), aead.doFinal(message));
  }

  /**
   * Opens what {@link #seal} made: section 6.1, {@code OpenBase}.
   *
   * @throws GeneralSecurityException if it was sealed to another key, under another {@code info} or
   *     {@code aad}, or was changed
   */
  public static byte[] open(PrivateKey own, byte[] info, byte[] aad, byte[] sealed)
      throws GeneralSecurityException {
    if (sealed.length < OVERHEAD_BYTES) {
      throw new GeneralSecurityException("too short to be sealed");
    }
    SecretKey shared;
    try {
      shared =
          KEM.getInstance("DHKEM")
              .newDecapsulator(own)
              .decapsulate(Arrays.copyOf(sealed, PUBLIC_KEY_BYTES));
    } catch (ProviderException e) {
      throw new GeneralSecurityException("the encapsulated key is none", e);
    }
    Cipher aead = aead(Cipher.DECRYPT_MODE, shared, info);
    aead.updateAAD(aad);
    return aead.doFinal(sealed, PUBLIC_KEY_BYTES, sealed.length - PUBLIC_KEY_BYTES);
  }

  /** Section 5.1, {@code KeySchedule} of the base mode; the first message has the base nonce. */
  private static Cipher aead(int mode, SecretKey sharedSecret, byte[] info)
      throws GeneralSecurityException {
    byte[] pskIdHash = labeledExtract(NOTHING, "psk_id_hash", NOTHING).getEncoded();
    byte[] infoHash = labeledExtract(NOTHING, "info_hash", info).getEncoded();
    byte[] context = concat(new byte[] {MODE_BASE}, pskIdHash, infoHash);
    SecretKey secret = labeledExtract(sharedSecret.getEncoded(), "secret", NOTHING);
    byte[] key = labeledExpand(secret, "key", context, KEY_BYTES);
    byte[] baseNonce = labeledExpand(secret, "base_nonce", context, NONCE_BYTES);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, baseNonce));
    Arrays.fill(key, (byte) 0);
    return cipher;
  }

  /** Section 4. An empty salt is as many zero bytes as the hash has, which HMAC takes alike. */
  private static SecretKey labeledExtract(byte[] salt, String label, byte[] ikm)
      throws GeneralSecurityException {
    HKDFParameterSpec.Builder extract =
        HKDFParameterSpec.ofExtract().addIKM(concat(VERSION, SUITE, ascii(label), ikm));
    return hkdf()
        .deriveKey("Generic", (salt.length == 0 ? extract : extract.addSalt(salt)).extractOnly());
  }

  /** Section 4. */
  private static byte[] labeledExpand(SecretKey prk, String label, byte[] info, int length)
      throws GeneralSecurityException {
    byte[] labeled = concat(i2osp(length), VERSION, SUITE, ascii(label), info);
    return hkdf().deriveData(HKDFParameterSpec.expandOnly(prk, labeled, length));
  }

  private static KDF hkdf() throws GeneralSecurityException {
    return KDF.getInstance("HKDF-SHA256");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A number in two bytes, the higher one first. */
  private static byte[] i2osp(int number) {
    return new byte[] {(byte) (number >>> 8), (byte) number};
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
