package io.consilium.coordinator.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.consilium.coordinator.identity.SignedDocument;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * A message between nodes of the cluster, as CBOR. Types are told apart by the names given here,
 * never by class names.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ControlMessage.Register.class, name = "register"),
  @JsonSubTypes.Type(value = ControlMessage.Verdict.class, name = "verdict"),
  @JsonSubTypes.Type(value = ControlMessage.Report.class, name = "report"),
  @JsonSubTypes.Type(value = ControlMessage.Registered.class, name = "registered"),
  @JsonSubTypes.Type(value = ControlMessage.Unregistered.class, name = "unregistered"),
  @JsonSubTypes.Type(value = ControlMessage.Settled.class, name = "settled"),
  @JsonSubTypes.Type(value = ControlMessage.Propose.class, name = "propose"),
  @JsonSubTypes.Type(value = ControlMessage.Start.class, name = "start"),
  @JsonSubTypes.Type(value = ControlMessage.Cancel.class, name = "cancel")
})
public sealed interface ControlMessage {

  /** From a party to the coordinator. */
  sealed interface ToCoordinator extends ControlMessage permits Register, Verdict, Report {}

  /** From the coordinator to a party. */
  sealed interface ToParty extends ControlMessage
      permits Registered, Unregistered, Settled, Propose, Start, Cancel {}

  /**
   * I am up; sent again and again, which is how either side notices that the other restarted.
   *
   * @param hello a {@link HelloDocument}
   */
  record Register(SignedDocument hello, ActorRef<ToParty> replyTo) implements ToCoordinator {}

  /**
   * What the party decided.
   *
   * @param verdict a {@link VerdictDocument}
   */
  record Verdict(SignedDocument verdict) implements ToCoordinator {}

  /**
   * How the attempt goes.
   *
   * @param report a {@link ReportDocument}
   */
  record Report(SignedDocument report) implements ToCoordinator {}

  /**
   * The registration holds.
   *
   * @param coordinator fresh at every start of the coordinator's process
   */
  record Registered(String coordinator) implements ToParty {}

  /** The registration is refused, and why; for the party's log. */
  record Unregistered(String reason) implements ToParty {}

  /**
   * The coordinator has the end of this job on disk and needs to hear no more of it.
   *
   * @param outcome an {@link OutcomeDocument} by the coordinator
   */
  record Settled(SignedDocument outcome) implements ToParty {}

  /**
   * Will you run this?
   *
   * @param manifest signed by a researcher, kind {@link Document#MANIFEST_KIND}
   * @param submission a {@link SubmissionDocument} by the same researcher
   */
  record Propose(SignedDocument manifest, SignedDocument submission) implements ToParty {}

  /**
   * Run it now.
   *
   * @param start a {@link StartDocument} by the coordinator
   */
  record Start(SignedDocument start) implements ToParty {}

  /**
   * Stop it.
   *
   * @param cancel a {@link CancelDocument} by the researcher or the coordinator
   */
  record Cancel(SignedDocument cancel) implements ToParty {}
}
