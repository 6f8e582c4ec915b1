package io.consilium.party.store;

import com.google.protobuf.ByteString;
import io.consilium.party.store.wire.SealedEnvelope;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps each file's own key with the party's store key. The header is associated data, so a key
 * opens for the header it was made for and for no other.
 */
final class FileKeys {

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  private final SecretKey masterKey;
  private final SecureRandom random;

  FileKeys(SecretKey masterKey, SecureRandom random) {
    this.masterKey = masterKey;
    this.random = random;
  }

  /** A fresh key, bound to this header. */
  Fresh fresh(byte[] header) throws GeneralSecurityException {
    byte[] key = new byte[MasterKey.KEY_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(key);
    random.nextBytes(nonce);
    try {
      byte[] wrapped = cipher(Cipher.ENCRYPT_MODE, nonce, header).doFinal(key);
      SealedEnvelope envelope =
          SealedEnvelope.newBuilder()
              .setHeader(ByteString.copyFrom(header))
              .setKeyNonce(ByteString.copyFrom(nonce))
              .setWrappedKey(ByteString.copyFrom(wrapped))
              .build();
      return new Fresh(envelope, chunks(key, header));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** What goes into the file, and what encrypts its chunks. */
  record Fresh(SealedEnvelope envelope, ChunkCipher chunks) {}

  /**
   * The key of an existing file.
   *
   * @throws GeneralSecurityException if the envelope was not made with this store key
   */
  ChunkCipher open(SealedEnvelope envelope) throws GeneralSecurityException {
    byte[] header = envelope.getHeader().toByteArray();
    byte[] nonce = envelope.getKeyNonce().toByteArray();
    if (nonce.length != NONCE_BYTES) {
      throw new GeneralSecurityException("nonce length");
    }
    byte[] key =
        cipher(Cipher.DECRYPT_MODE, nonce, header).doFinal(envelope.getWrappedKey().toByteArray());
    try {
      return chunks(key, header);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static ChunkCipher chunks(byte[] key, byte[] header) throws GeneralSecurityException {
    return new ChunkCipher(
        new SecretKeySpec(key, "AES"), MessageDigest.getInstance("SHA-256").digest(header));
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] header) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(TRANSFORMATION);
    cipher.init(mode, masterKey, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(header);
    return cipher;
  }
}
