package io.consilium.coordinator.identity;

import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Bytes with their author's signature. As JSON the three byte arrays are base64.
 *
 * <p>Nothing here is verified: {@link Trust#verify(SignedDocument, String)} does that, and says who
 * the author is.
 *
 * @param kind what the document is, for example {@code manifest}; part of what is signed, so that a
 *     signature made for one purpose is worthless for another
 * @param document the bytes that were signed
 * @param certificate the author's certificate, DER
 * @param signature Ed25519 over {@code "consilium/v1\0" kind "\0" document}
 */
@SuppressWarnings("ArrayRecordComponent") // The wire form is bytes; equality is by content below.
public record SignedDocument(String kind, byte[] document, byte[] certificate, byte[] signature) {

  /** The longest document that is signed or verified. */
  public static final int DOCUMENT_BYTES_MAX = 1 << 20;

  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,38}");

  /** Refuses a kind that is not well formed and documents beyond the limit. */
  public SignedDocument {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("not a kind of document: " + Printable.of(kind));
    }
    Objects.requireNonNull(certificate, "certificate");
    Objects.requireNonNull(signature, "signature");
    if (document.length > DOCUMENT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a document of " + document.length + " bytes; at most " + DOCUMENT_BYTES_MAX);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedDocument that
        && kind.equals(that.kind)
        && Arrays.equals(document, that.document)
        && Arrays.equals(certificate, that.certificate)
        && Arrays.equals(signature, that.signature);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, Arrays.hashCode(document), Arrays.hashCode(signature));
  }

  /** Kind and length only. */
  @Override
  public String toString() {
    return "SignedDocument[" + kind + ", " + document.length + " bytes]";
  }
}
