package io.consilium.coordinator.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;

/** The one signature scheme of a consortium, always with a domain in front of the message. */
final class Ed25519 {

  static final String NAME = "Ed25519";

  /** Binds every signature to this project and format, as TLS does with its context strings. */
  private static final String DOMAIN = "consilium/v1";

  private Ed25519() {}

  static boolean owns(PublicKey key) {
    return key instanceof EdECPublicKey edwards && edwards.getParams().getName().equals(NAME);
  }

  static byte[] sign(PrivateKey key, String kind, byte[] document) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(NAME);
    signature.initSign(key);
    update(signature, kind, document);
    return signature.sign();
  }

  static boolean verify(PublicKey key, String kind, byte[] document, byte[] claimed)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(NAME);
    signature.initVerify(key);
    update(signature, kind, document);
    return signature.verify(claimed);
  }

  private static void update(Signature signature, String kind, byte[] document)
      throws GeneralSecurityException {
    // A kind never contains the separator, so no two pairs give the same bytes.
    signature.update((DOMAIN + "\0" + kind + "\0").getBytes(StandardCharsets.US_ASCII));
    signature.update(document);
  }
}
