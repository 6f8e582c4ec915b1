package io.consilium.protocols.rep3;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** The keys of a session, by HKDF with SHA-256. Every use has an info string of its own. */
final class KeyDerivation {
  static final int MASTER_BYTES = 32;
  static final int KEY_BYTES = 16;

  private KeyDerivation() {}

  /**
   * The master key of share j: HKDF over both holders' contributions, the one of the lower index
   * first, with info = "rep3" || session id || program digest || sorted certificate hashes || j.
   * Parties that want to compute different things have no key in common.
   */
  static byte[] master(byte[] lower, byte[] higher, SessionDescription session, int share) {
    byte[] material = concatenate(List.of(lower, higher));
    byte[][] hashes =
        session.certificateHashes().stream().sorted(Arrays::compareUnsigned).toArray(byte[][]::new);
    byte[] info =
        concatenate(
            List.of(
                utf8("rep3"),
                session.sessionId(),
                session.programDigest(),
                hashes[0],
                hashes[1],
                hashes[2],
                new byte[] {(byte) share}));
    try {
      return hkdf(material, info, MASTER_BYTES);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  /** The AES key of a phase: HKDF with info = "inc" || incarnation || "phase" || phase. */
  static byte[] phaseKey(byte[] master, byte[] incarnation, int phase) {
    byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(phase).array();
    byte[] info = concatenate(List.of(utf8("inc"), incarnation, utf8("phase"), number));
    return hkdf(master, info, KEY_BYTES);
  }

  /** The AES key under which a seed of a data holder is expanded for one tensor. */
  static byte[] inputKey(byte[] seed, String tensorId, int share) {
    byte[] info = Digests.of("input key").with(tensorId).with(share).digest();
    return hkdf(seed, info, KEY_BYTES);
  }

  static byte[] hkdf(byte[] material, byte[] info, int bytes) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(material).thenExpand(info, bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF with SHA-256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concatenate(List<byte[]> parts) {
    ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
    parts.forEach(all::put);
    return all.array();
  }
}
