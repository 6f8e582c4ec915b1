package io.consilium.protocols.prf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A pseudorandom function known to two parties, addressed by instruction: AES-128 in counter mode
 * with the nonce sequence (64 bits), lane (16), purpose (16), block (32). A long stream may be
 * expanded piece by piece, each from its own first block.
 *
 * <p>Security: one key serves one session and incarnation. Addressing in place of a running counter
 * keeps the two holders in step whatever either computes in between (rule R1). One thread.
 */
public final class Prf implements MaskSource {
  /** AES of the JDK is fast in calls of 16 to 64 KiB only. */
  private static final int CHUNK_BYTES = 1 << 15;

  private static final int KEY_BYTES = 16;
  private static final byte[] ZEROS = new byte[CHUNK_BYTES];

  private final String name;
  private final AddressLedger ledger;
  private final SecretKeySpec key;
  private final Cipher cipher;

  /** As large as what was asked for so far, since a small input has a key of its own. */
  private byte[] chunk = new byte[0];

  private LongBuffer chunkWords = LongBuffer.allocate(0);
  private final byte[] nonce = new byte[16];
  private final ByteBuffer nonceFields = ByteBuffer.wrap(nonce);

  /**
   * A function under a key.
   *
   * @param name what the ledger calls the key; it holds nothing of it
   * @param key 16 bytes
   */
  public Prf(String name, byte[] key, AddressLedger ledger) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, not " + key.length);
    }
    this.name = name;
    this.ledger = ledger;
    this.key = new SecretKeySpec(key, "AES");
    try {
      this.cipher = Cipher.getInstance("AES/CTR/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no AES in counter mode", e);
    }
  }

  @Override
  public void fill(Address address, long[] words, int count) {
    if (count == 0) {
      return;
    }
    ledger.expanded(name, address, count);
    enlarge(Math.min(CHUNK_BYTES, Long.BYTES * Math.min(count, CHUNK_BYTES)));
    nonceFields.clear();
    nonceFields.putLong(address.sequence());
    nonceFields.putShort((short) address.lane());
    nonceFields.putShort((short) address.purpose().ordinal());
    nonceFields.putInt(address.block());
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
      for (int from = 0; from < count; from += CHUNK_BYTES / Long.BYTES) {
        int part = Math.min(CHUNK_BYTES / Long.BYTES, count - from);
        int _ = cipher.update(ZEROS, 0, part * Long.BYTES, chunk, 0);
        chunkWords.get(0, words, from, part);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES in counter mode refused an address", e);
    }
  }

  private void enlarge(int bytes) {
    if (chunk.length < bytes) {
      chunk = new byte[bytes];
      chunkWords = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    }
  }
}
