package io.consilium.coordinator.jobs;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.DocumentException;
import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import java.util.function.Supplier;

/** Checks who signed what before the job book hears of it. */
final class FrontDesk {

  private final Supplier<Consortium> members;
  private final Trust trust;

  /** A desk for whoever takes part at the time. */
  FrontDesk(Supplier<Consortium> members, Trust trust) {
    this.members = members;
    this.trust = trust;
  }

  FrontDesk(Consortium consortium, Trust trust) {
    this(() -> consortium, trust);
  }

  /** A request whose papers are in order. */
  record Accepted(SubmissionDocument submission, Envelope envelope, Principal researcher) {}

  /**
   * Checks a researcher's request.
   *
   * @param caller who sent it, by the certificate of the connection
   */
  Accepted request(JobRequest request, Principal caller) throws RefusedException {
    Principal author;
    Document.From<SubmissionDocument> submission;
    try {
      author = trust.verify(request.manifest(), Document.MANIFEST_KIND);
      submission = Document.verify(trust, request.submission(), SubmissionDocument.class);
    } catch (UntrustedException | DocumentException e) {
      throw RefusedException.notAllowed("The manifest is not accepted. " + e.getMessage());
    }
    if (!author.equals(submission.author()) || !author.equals(caller)) {
      throw RefusedException.notAllowed(
          "The manifest is signed by " + author + ", but submitted by " + caller + ".");
    }
    if (!Papers.sha256(request.manifest()).equals(submission.content().manifestSha256())) {
      throw RefusedException.notAllowed("The submission is for another manifest.");
    }
    if (!Envelope.maySubmit(author, request.manifest().document())) {
      throw RefusedException.notAllowed(
          "The manifest is signed by "
              + author
              + "; only a researcher can submit jobs, and only a party can import its models.");
    }
    Envelope envelope = Envelope.read(request.manifest().document(), members.get());
    if (author.role() == Role.PARTY && !envelope.parties().contains(author.name())) {
      throw RefusedException.notAllowed(author + " takes no part in the import of its own model.");
    }
    return new Accepted(submission.content(), envelope, submission.author());
  }

  /** Checks a researcher's order to stop. */
  Document.From<CancelDocument> cancel(SignedDocument order, Principal caller)
      throws RefusedException {
    try {
      Document.From<CancelDocument> cancel = Document.verify(trust, order, CancelDocument.class);
      if (!cancel.author().equals(caller)) {
        throw RefusedException.notAllowed(
            "The order is signed by " + cancel.author() + ", but sent by " + caller + ".");
      }
      return cancel;
    } catch (DocumentException e) {
      throw RefusedException.notAllowed("The order is not accepted. " + e.getMessage());
    }
  }

  /**
   * Checks that a party is who it says.
   *
   * @param replyTo the actor that the message names, in its serialized form
   */
  HelloDocument hello(SignedDocument signed, String replyTo) throws RefusedException {
    HelloDocument hello = byParty(signed, HelloDocument.class);
    if (!hello.replyTo().equals(replyTo)) {
      throw RefusedException.notAllowed("The registration is for another address.");
    }
    return hello;
  }

  VerdictDocument verdict(SignedDocument signed) throws RefusedException {
    return byParty(signed, VerdictDocument.class);
  }

  ReportDocument report(SignedDocument signed) throws RefusedException {
    return byParty(signed, ReportDocument.class);
  }

  private <T extends Document> T byParty(SignedDocument signed, Class<T> type)
      throws RefusedException {
    try {
      Document.From<T> from = Document.verify(trust, signed, type);
      String named =
          switch (from.content()) {
            case HelloDocument hello -> hello.party();
            case VerdictDocument verdict -> verdict.party();
            case ReportDocument report -> report.party();
            default -> "";
          };
      if (!from.author().equals(Principal.party(named)) || members.get().party(named).isEmpty()) {
        throw RefusedException.notAllowed(
            "A message of " + from.author() + " speaks for another party.");
      }
      return from.content();
    } catch (DocumentException e) {
      throw RefusedException.notAllowed(e.getMessage());
    } catch (IllegalArgumentException e) {
      throw RefusedException.notAllowed("A message names no party.");
    }
  }
}
