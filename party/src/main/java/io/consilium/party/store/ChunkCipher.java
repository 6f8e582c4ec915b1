package io.consilium.party.store;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM over the chunks of one file, each bound to its place.
 *
 * <p>The key is fresh for each file, so the chunk's number serves as nonce and none is ever used
 * twice. The last chunk has another associated data than the others (the STREAM construction, Hoang
 * et al., CRYPTO 2015, ePrint 2015/189), so a file cut at a chunk's end is refused.
 */
final class ChunkCipher {

  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  private final SecretKey key;
  private final byte[] headerDigest;

  /**
   * One key for one file.
   *
   * @param headerDigest what every chunk is bound to besides its place
   */
  ChunkCipher(SecretKey key, byte[] headerDigest) {
    this.key = key;
    this.headerDigest = headerDigest.clone();
  }

  /** Where a chunk stands. */
  record Place(long index, boolean last) {}

  void seal(Place place, ByteBuffer plain, ByteBuffer sealed) throws GeneralSecurityException {
    cipher(Cipher.ENCRYPT_MODE, place).doFinal(plain, sealed);
  }

  void open(Place place, ByteBuffer sealed, ByteBuffer plain) throws GeneralSecurityException {
    cipher(Cipher.DECRYPT_MODE, place).doFinal(sealed, plain);
  }

  private Cipher cipher(int mode, Place place) throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(place.index()).array();
    Cipher cipher = Cipher.getInstance(TRANSFORMATION);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(headerDigest);
    cipher.updateAAD(
        ByteBuffer.allocate(Long.BYTES + 1)
            .putLong(place.index())
            .put((byte) (place.last() ? 1 : 0))
            .flip());
    return cipher;
  }
}
