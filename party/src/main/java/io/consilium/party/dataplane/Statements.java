package io.consilium.party.dataplane;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.party.dataplane.wire.SignedStatement;
import io.consilium.protocols.transport.ConnectionException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Signed statements of parties, as they travel on the data plane. */
final class Statements {
  private Statements() {}

  static SignedStatement sign(Identity author, String kind, MessageLite statement) {
    SignedDocument signed = author.sign(kind, statement.toByteArray());
    return SignedStatement.newBuilder()
        .setStatement(ByteString.copyFrom(signed.document()))
        .setCertificate(ByteString.copyFrom(signed.certificate()))
        .setSignature(ByteString.copyFrom(signed.signature()))
        .build();
  }

  /**
   * What a party has said under its signature.
   *
   * @throws ConnectionException with the reason, for whoever brought it
   */
  static <T extends MessageLite> T verify(
      SignedStatement signed, String kind, String party, Parser<T> parser, Trust trust)
      throws ConnectionException {
    try {
      Principal author =
          trust.verify(
              new SignedDocument(
                  kind,
                  signed.getStatement().toByteArray(),
                  signed.getCertificate().toByteArray(),
                  signed.getSignature().toByteArray()),
              kind);
      if (!author.equals(Principal.party(party))) {
        throw ConnectionException.refusal("a statement of " + party + " is signed by " + author);
      }
      return parser.parseFrom(signed.getStatement());
    } catch (UntrustedException | IllegalArgumentException e) {
      throw ConnectionException.refusal("a statement is refused: " + e.getMessage());
    } catch (InvalidProtocolBufferException e) {
      throw ConnectionException.refusal("a statement of " + party + " cannot be read");
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
