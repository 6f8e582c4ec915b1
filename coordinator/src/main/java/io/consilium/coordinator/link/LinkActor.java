package io.consilium.coordinator.link;

import io.consilium.coordinator.cluster.OnlyKnown;
import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.DocumentException;
import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.coordinator.identity.X25519;
import io.consilium.coordinator.jobs.Envelope;
import io.consilium.coordinator.jobs.Papers;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers with the coordinator again and again, repeats what it may not have heard, verifies what
 * it says and hands that on.
 */
final class LinkActor extends AbstractMatchingBehavior<LinkActor.Command> {

  private static final Logger LOG = LoggerFactory.getLogger(LinkActor.class);

  /** How often the party registers. */
  static final Duration REGISTRATION = Duration.ofSeconds(3);

  /** How often it knocks while the coordinator does not answer. */
  static final Duration KNOCK = Duration.ofSeconds(1);

  /**
   * Registrations in a row, all of them answered, without the coordinator in this node's cluster,
   * before it rejoins.
   */
  static final int STRANGER_MAX = 10;

  private static final int UNANSWERED_MAX = 4;

  sealed interface Command {}

  /** Something of importance was noted in the ledger, or progress was made. */
  record Send(ControlMessage.ToCoordinator message) implements Command {}

  private record FromCoordinator(ControlMessage.ToParty message) implements Command {}

  private record Knock() implements Command {}

  private final LinkSurroundings here;
  private final Consumer<ControlMessage.ToCoordinator> coordinator;
  private final Runnable schedule;
  private int unanswered;
  private int stranger;
  private String refusal = "";

  private LinkActor(
      ActorContext<Command> context,
      LinkSurroundings here,
      Consumer<ControlMessage.ToCoordinator> coordinator,
      Runnable schedule) {
    super(context);
    this.here = here;
    this.coordinator = coordinator;
    this.schedule = schedule;
  }

  /**
   * The actor.
   *
   * @param coordinator delivers to the coordinator, or loses the message
   */
  static Behavior<Object> create(
      LinkSurroundings here, Consumer<ControlMessage.ToCoordinator> coordinator) {
    return OnlyKnown.of(
        LinkActor::read,
        Behaviors.setup(context ->
            Behaviors.withTimers(timers -> {
              LinkActor actor =
                  new LinkActor(
                      context,
                      here,
                      coordinator,
                      () ->
                          timers.startSingleTimer(
                              new Knock(), here.isConnected() ? REGISTRATION : KNOCK));
              actor.recall();
              context.getSelf().tell(new Knock());
              return actor;
            })));
  }

  private static Optional<Command> read(Object message) {
    return switch (message) {
      case ControlMessage.ToParty fromCoordinator ->
          Optional.of(new FromCoordinator(fromCoordinator));
      case Command command -> Optional.of(command);
      case null, default -> Optional.empty();
    };
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Knock knock -> onKnock();
      case Send send -> coordinator.accept(send.message());
      case FromCoordinator from -> onCoordinator(from.message());
    }
    return this;
  }

  private void onKnock() {
    ActorRef<ControlMessage.ToParty> self = getContext().getSelf().unsafeUpcast().narrow();
    HelloDocument hello =
        new HelloDocument(
            here.party(),
            here.incarnation(),
            ActorRefResolver.get(getContext().getSystem()).toSerializationFormat(self),
            here.ledger().running(),
            here.listener().unsettled());
    coordinator.accept(new ControlMessage.Register(Document.sign(here.identity(), hello), self));
    unanswered++;
    if (unanswered > UNANSWERED_MAX) {
      here.connected(false);
    }
    if (here.isConnected()) {
      rejoinIfStranger();
    }
    schedule.run();
  }

  private void onCoordinator(ControlMessage.ToParty message) {
    try {
      switch (message) {
        case ControlMessage.Registered registered -> onRegistered();
        case ControlMessage.Unregistered refused -> onUnregistered(refused.reason());
        case ControlMessage.Settled settled -> onSettled(settled.outcome());
        case ControlMessage.Propose propose -> onPropose(propose);
        case ControlMessage.Start start -> onStart(start.start());
        case ControlMessage.Cancel cancel -> onCancel(cancel.cancel());
      }
    } catch (DocumentException | UntrustedException e) {
      LOG.warn("A message from the cluster was refused: {}", e.getMessage());
    }
  }

  /** Looks again at what was proposed to an earlier process of this party. */
  private void recall() {
    here.proposals()
        .load()
        .forEach((id, kept) -> {
          try {
            onPropose(kept);
          } catch (DocumentException | UntrustedException e) {
            LOG.warn("The proposal of job {} does not count any more: {}", id, e.getMessage());
            here.proposals().forget(id);
          }
        });
  }

  /** The same is said of every registration. */
  private void onUnregistered(String reason) {
    if (!reason.equals(refusal)) {
      refusal = reason;
      LOG.error("The coordinator refused us: {}", reason);
    }
  }

  private void onRegistered() {
    unanswered = 0;
    refusal = "";
    here.connected(true);
    here.ledger().unheard().forEach(coordinator);
  }

  /**
   * After a partition the coordinator may have founded a cluster without us: it answers, but is no
   * member of ours. Then this node gives itself up, and comes back through the coordinator.
   */
  private void rejoinIfStranger() {
    Cluster cluster = Cluster.get(getContext().getSystem());
    boolean inCluster = cluster.selfMember().status().equals(MemberStatus.up());
    boolean withCoordinator = false;
    for (Member node : cluster.state().getMembers()) {
      withCoordinator |= node.hasRole(Role.COORDINATOR.label());
    }
    stranger = inCluster && !withCoordinator ? stranger + 1 : 0;
    if (stranger == STRANGER_MAX) {
      LOG.warn("The coordinator is in another cluster; joining that one.");
      cluster.manager().tell(Down.apply(cluster.selfMember().address()));
    }
  }

  private void onPropose(ControlMessage.Propose propose)
      throws DocumentException, UntrustedException {
    Principal researcher = here.trust().verify(propose.manifest(), Document.MANIFEST_KIND);
    Document.From<SubmissionDocument> submission =
        Document.verify(here.trust(), propose.submission(), SubmissionDocument.class);
    String digest = Papers.sha256(propose.manifest());
    if (!Envelope.maySubmit(researcher, propose.manifest().document())
        || !researcher.equals(submission.author())
        || !digest.equals(submission.content().manifestSha256())) {
      throw new DocumentException(
          "A proposal is of nobody who may make it, or its two papers do not belong together.",
          null);
    }
    JobId id = submission.content().jobId();
    if (here.ledger().proposed(id, researcher, digest, resultsKey(submission.content()))) {
      here.proposals().keep(id, propose);
      here.listener().proposed(submission.content(), propose.manifest(), researcher);
    }
  }

  private static Optional<PublicKey> resultsKey(SubmissionDocument submission)
      throws DocumentException {
    try {
      return submission.resultsKey().isPresent()
          ? Optional.of(X25519.publicKey(submission.resultsKey().get()))
          : Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new DocumentException("A submission comes with something that is no key.", e);
    }
  }

  private void onStart(SignedDocument signed) throws DocumentException {
    Document.From<StartDocument> from = Document.verify(here.trust(), signed, StartDocument.class);
    StartDocument start = from.content();
    if (!here.consortium().isCoordinator(from.author())
        || !start.parties().contains(here.party())) {
      throw new DocumentException("A start is not the coordinator's, or not for this party.", null);
    }
    if (!here.ledger().isAccepted(start.jobId(), start.manifestSha256(), start.planDigest())) {
      throw new DocumentException(
          "A start of job " + start.jobId() + " is not for the plan that this party accepted.",
          null);
    }
    if (here.ledger().started(start.jobId(), start.attempt())) {
      here.proposals().forget(start.jobId());
      here.listener().started(start);
    }
  }

  private void onSettled(SignedDocument signed) throws DocumentException {
    Document.From<OutcomeDocument> from =
        Document.verify(here.trust(), signed, OutcomeDocument.class);
    if (!here.consortium().isCoordinator(from.author())) {
      throw new DocumentException(
          from.author() + " may not say how a job ended; only the coordinator may.", null);
    }
    here.ledger().heard(from.content().jobId());
    here.listener().settled(from.content().jobId(), from.content().outcome());
  }

  private void onCancel(SignedDocument signed) throws DocumentException {
    Document.From<CancelDocument> cancel =
        Document.verify(here.trust(), signed, CancelDocument.class);
    JobId id = cancel.content().jobId();
    Optional<Principal> owner = here.ledger().researcher(id);
    // This process may not have heard of the job since the party was restarted.
    boolean unheard = owner.isEmpty() && cancel.author().role() == Role.RESEARCHER;
    boolean allowed =
        here.consortium().isCoordinator(cancel.author())
            || owner.equals(Optional.of(cancel.author()));
    if (!allowed && !unheard) {
      throw new DocumentException(
          cancel.author() + " may not cancel job " + id + "; only its researcher may.", null);
    }
    if (unheard || here.ledger().over(id)) {
      here.proposals().forget(id);
      here.listener().cancelled(id, cancel.content().reason(), cancel.author());
    }
  }
}
