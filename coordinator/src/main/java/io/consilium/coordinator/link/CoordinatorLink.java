package io.consilium.coordinator.link;

import io.consilium.coordinator.cluster.ClusterNode;
import io.consilium.coordinator.cluster.NodeStartException;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.ResultsBox;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Hpke;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A party's connection to the coordinator, kept for as long as the process lives: the coordinator
 * may be started later, restarted or cut off for a while. Its methods may be called from any thread
 * and do not block.
 */
public final class CoordinatorLink implements PartyReplies, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLink.class);

  private final LinkSurroundings here;
  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<Optional<ActorRef<Object>>> actor =
      new AtomicReference<>(Optional.empty());
  private ClusterNode node;

  private CoordinatorLink(
      ClusterNode.Settings settings,
      ProposalFiles proposals,
      Function<CoordinatorLink, PartyListener> listener) {
    here =
        new LinkSurroundings(
            settings.members(), settings.identity(), listener.apply(this), proposals);
  }

  /**
   * Starts this party's cluster node and keeps it registered with the coordinator. The listener
   * hears first of the proposals that were kept from an earlier run.
   *
   * @param state the party's directory, where proposals are kept
   * @param listener makes the listener; it must not use the link before this method returns
   * @throws NodeStartException if the party's control address cannot be listened on
   */
  public static CoordinatorLink start(
      ClusterNode.Settings settings, Path state, Function<CoordinatorLink, PartyListener> listener)
      throws NodeStartException {
    return start(settings, ProposalFiles.in(state), listener);
  }

  /** The same for a party that keeps nothing on disk. */
  public static CoordinatorLink start(
      ClusterNode.Settings settings, Function<CoordinatorLink, PartyListener> listener)
      throws NodeStartException {
    return start(settings, ProposalFiles.none(), listener);
  }

  private static CoordinatorLink start(
      ClusterNode.Settings settings,
      ProposalFiles proposals,
      Function<CoordinatorLink, PartyListener> listener)
      throws NodeStartException {
    CoordinatorLink link = new CoordinatorLink(settings, proposals, listener);
    link.node = ClusterNode.start(settings, link::guardian);
    return link;
  }

  /** Repeated until the coordinator has heard. */
  @Override
  public void decide(JobId id, VerdictDocument.Decision decision) {
    switch (decision) {
      case VerdictDocument.Accepted accepted -> here.ledger().accepted(id, accepted.planDigest());
      case VerdictDocument.Refused _ -> here.proposals().forget(id);
      case VerdictDocument.Pending _ -> {}
    }
    VerdictDocument verdict = new VerdictDocument(id, here.party(), decision);
    say(id, new ControlMessage.Verdict(Document.sign(here.identity(), verdict)), false);
  }

  @Override
  public boolean canSealResults(JobId id) {
    Optional<PublicKey> key = here.ledger().resultsKey(id);
    try {
      byte[] nothing = {};
      return key.isPresent()
          && Hpke.seal(key.get(), nothing, nothing, nothing, random).length == Hpke.OVERHEAD_BYTES;
    } catch (GeneralSecurityException e) {
      LOG.warn("Nothing can be sealed to the key of job {}: {}", id, e.getMessage());
      return false;
    }
  }

  /** The last word is repeated until the coordinator has heard. */
  @Override
  public void report(
      JobId id, int attempt, ReportDocument.Content content, Optional<Results> results) {
    ReportDocument report =
        new ReportDocument(id, attempt, here.party(), here.ledger().nextSequence(id), content);
    ReportDocument told = results.map(values -> sealed(report, values)).orElse(report);
    say(id, new ControlMessage.Report(Document.sign(here.identity(), told)), told.isFinal());
  }

  private ReportDocument sealed(ReportDocument report, Results results) {
    Optional<PublicKey> key = here.ledger().resultsKey(report.jobId());
    Optional<String> plan = here.ledger().planDigest(report.jobId());
    if (key.isEmpty() || plan.isEmpty()) {
      return report;
    }
    try {
      return ResultsBox.seal(report, results, plan.get(), key.get(), random);
    } catch (GeneralSecurityException e) {
      LOG.warn(
          "The results of job {} cannot be sealed to the key of its submission, so nobody gets"
              + " them: {}",
          report.jobId(),
          e.getMessage());
      return report;
    }
  }

  /** Whether the coordinator answered lately. */
  public boolean isConnected() {
    return here.isConnected();
  }

  /** Completes when the coordinator has answered for the first time. */
  public CompletableFuture<Void> whenConnected() {
    return here.firstConnected().copy();
  }

  /** Completes when the node has stopped for good. */
  public CompletableFuture<Void> whenStopped() {
    return node.whenStopped();
  }

  /** Leaves the cluster. */
  @Override
  public void close() {
    node.close();
  }

  private void say(JobId id, ControlMessage.ToCoordinator message, boolean last) {
    here.ledger().say(id, message, last);
    actor.get().ifPresent(ref -> ref.tell(new LinkActor.Send(message)));
  }

  private Behavior<Void> guardian() {
    return Behaviors.setup(context -> {
      actor.set(
          Optional.of(
              context.spawn(
                  // What is noted outlives it: a fault must not cut the party off for good.
                  Behaviors.supervise(LinkActor.create(here, coordinator(context.getSystem())))
                      .onFailure(SupervisorStrategy.restart()),
                  "link")));
      return Behaviors.empty();
    });
  }

  /** Looks up the address each time: the consortium file may change it. */
  private Consumer<ControlMessage.ToCoordinator> coordinator(ActorSystem<Void> system) {
    return message ->
        Adapter.toClassic(system)
            .actorSelection(
                "pekko://"
                    + ClusterNode.SYSTEM
                    + "@"
                    + here.consortium().coordinator().control()
                    + ClusterNode.COORDINATOR_PATH)
            .tell(message, org.apache.pekko.actor.ActorRef.noSender());
  }
}
