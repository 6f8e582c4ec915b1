package io.consilium.coordinator.contract;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import java.io.IOException;

/** What is written inside a {@link SignedDocument}. Its author is whoever signed it. */
public sealed interface Document
    permits CancelDocument,
        HelloDocument,
        OutcomeDocument,
        ReportDocument,
        StartDocument,
        SubmissionDocument,
        VerdictDocument {

  /** The kind under which a researcher signs a manifest, whose content parties interpret. */
  String MANIFEST_KIND = "manifest";

  /**
   * A verified document.
   *
   * @param author who signed it
   */
  record From<T extends Document>(Principal author, T content) {}

  /** Signs a document under the kind of its type. */
  static SignedDocument sign(Identity author, Document document) {
    return author.sign(kind(document.getClass()), Json.bytes(document));
  }

  /**
   * Verifies the signature, then reads the content.
   *
   * @throws DocumentException if it is not signed by a member of the consortium under this kind, or
   *     its content is malformed
   */
  static <T extends Document> From<T> verify(Trust trust, SignedDocument signed, Class<T> type)
      throws DocumentException {
    Principal author;
    try {
      author = trust.verify(signed, kind(type));
    } catch (UntrustedException e) {
      throw new DocumentException(e.getMessage(), e);
    }
    try {
      return new From<>(author, Json.read(signed.document(), type));
    } catch (IOException e) {
      throw new DocumentException("A " + kind(type) + " by " + author + " is malformed.", e);
    }
  }

  private static String kind(Class<? extends Document> type) {
    if (type == CancelDocument.class) {
      return "cancel";
    } else if (type == HelloDocument.class) {
      return "hello";
    } else if (type == OutcomeDocument.class) {
      return "outcome";
    } else if (type == ReportDocument.class) {
      return "report";
    } else if (type == StartDocument.class) {
      return "start";
    } else if (type == SubmissionDocument.class) {
      return "submission";
    } else if (type == VerdictDocument.class) {
      return "verdict";
    }
    throw new IllegalArgumentException("no kind of document: " + type.getName());
  }
}
