package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.party.audit.AuditEvent;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.dataplane.PlanAcceptance;
import io.consilium.party.dataplane.ServingTerms;
import io.consilium.party.node.Site;
import io.consilium.party.plan.Plan;
import io.consilium.protocols.transport.ConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How all parties of an attempt make sure that they mean the same plan, before one of them shares
 * anything or takes a share. Each tells each other one, signed, what it accepts, over the data
 * plane: the coordinator has no part in it. A party that says something else ends the attempt, and
 * both statements go into the audit log.
 */
final class Agreement {
  /** How long the others may be later than this party. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How often it is looked after what goes wrong meanwhile. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How long this party tries to tell the others after something has gone wrong. */
  private static final Duration FAREWELL = Duration.ofSeconds(5);

  private static final Duration FAREWELL_PAUSE = Duration.ofMillis(20);

  private static final String PHASE = "agreeing on the plan";

  private final Site site;
  private final DataPlane dataPlane;
  private final AttemptId id;
  private final Culprits culprits;
  private final List<String> others;
  private final PlanAcceptance mine;

  Agreement(Site site, DataPlane dataPlane, AttemptId id, Plan plan, Culprits culprits) {
    this.site = site;
    this.dataPlane = dataPlane;
    this.id = id;
    this.culprits = culprits;
    this.others = plan.parties().stream().filter(party -> !party.equals(site.name())).toList();
    ServingTerms terms =
        ServingTerms.sign(site.identity(), site.policy().serving(), site.clock().instant());
    this.mine = PlanAcceptance.sign(site.identity(), id, terms);
  }

  /**
   * Returns when this party holds the acceptances of all the others, and they hold its own.
   *
   * @throws AttemptFailed if somebody accepts another plan, or cannot be reached in time
   */
  Agreed reach() throws AttemptFailed, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> told = new ArrayList<>();
      try {
        others.forEach(peer -> told.add(threads.submit(() -> tell(peer))));
        Map<String, PlanAcceptance> heard = hear(told);
        for (Future<?> one : told) {
          requireNoFailure(one, true);
        }
        return agreed(heard);
      } catch (AttemptFailed e) {
        tellNevertheless(told);
        throw e;
      } finally {
        told.forEach(one -> one.cancel(true));
        dataPlane.acceptances().forget(id.job());
      }
    }
  }

  /** The others should hold this party's statement, too, whatever is wrong. */
  private void tellNevertheless(List<Future<?>> told) throws InterruptedException {
    Instant end = site.clock().instant().plus(FAREWELL);
    while (site.clock().instant().isBefore(end) && !told.stream().allMatch(Future::isDone)) {
      Thread.sleep(FAREWELL_PAUSE);
    }
  }

  private Void tell(String peer) throws ConnectionException {
    dataPlane.acceptances().tell(dataPlane.dialer(), dataPlane.address(peer), mine, PATIENCE);
    return null;
  }

  private Map<String, PlanAcceptance> hear(List<Future<?>> told)
      throws AttemptFailed, InterruptedException {
    Instant end = site.clock().instant().plus(PATIENCE);
    while (true) {
      Map<String, PlanAcceptance> heard =
          dataPlane.acceptances().await(id.job(), others, this::isEnough, PAUSE);
      requireSame(heard);
      if (isEnough(heard)) {
        return heard;
      }
      for (Future<?> one : told) {
        requireNoFailure(one, false);
      }
      if (site.clock().instant().isAfter(end)) {
        throw silent(heard);
      }
    }
  }

  private boolean isEnough(Map<String, PlanAcceptance> heard) {
    return others.stream().allMatch(peer -> heard.containsKey(peer) && isOfNow(heard.get(peer)));
  }

  /** What a peer said for an attempt before this one says nothing of this one. */
  private boolean isOfNow(PlanAcceptance acceptance) {
    return acceptance.attempt().number() >= id.number();
  }

  private void requireSame(Map<String, PlanAcceptance> heard) throws AttemptFailed {
    for (PlanAcceptance theirs : heard.values()) {
      Optional<String> difference = theirs.difference(id).filter(_ -> isOfNow(theirs));
      if (difference.isPresent()) {
        throw different(theirs, difference.get());
      }
    }
  }

  private AttemptFailed different(PlanAcceptance theirs, String difference) {
    site.note(
        site.identity().principal().toString(),
        "plan.mismatch",
        id.job().value(),
        Map.of(
            "party", theirs.party(),
            "difference", difference,
            "plan", id.planDigest(),
            "theirPlan", theirs.attempt().planDigest(),
            "ours", mine.evidence(),
            "theirs", theirs.evidence()));
    return new AttemptFailed(
        FailureKind.NOT_ALLOWED,
        PHASE,
        "%s %s than %s: nothing was shared. The audit log of %s holds both signed statements."
            .formatted(theirs.party(), difference, site.name(), site.name()),
        Optional.of(theirs.party()),
        null);
  }

  private AttemptFailed silent(Map<String, PlanAcceptance> heard) {
    List<String> missing =
        others.stream()
            .filter(peer -> !heard.containsKey(peer) || !isOfNow(heard.get(peer)))
            .toList();
    return new AttemptFailed(
        FailureKind.PEER_UNAVAILABLE,
        PHASE,
        "No acceptance of the plan came from %s within %d seconds: nothing was shared."
            .formatted(String.join(", ", missing), PATIENCE.toSeconds()),
        missing.size() == 1 ? Optional.of(missing.getFirst()) : Optional.empty(),
        null);
  }

  private void requireNoFailure(Future<?> told, boolean wait)
      throws AttemptFailed, InterruptedException {
    if (!wait && !told.isDone()) {
      return;
    }
    try {
      told.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ConnectionException lost) {
        throw culprits.failure(PHASE, lost);
      }
      throw new IllegalStateException("the acceptance could not be told", e.getCause());
    }
  }

  private Agreed agreed(Map<String, PlanAcceptance> heard) {
    Map<String, PlanAcceptance> all = new HashMap<>(heard);
    all.put(site.name(), mine);
    Map<String, String> detail = new TreeMap<>();
    detail.put("attempt", id.toString());
    detail.put("plan", id.planDigest());
    detail.put("session", id.session().toString());
    List<AuditEvent> events = new ArrayList<>();
    String self = site.identity().principal().toString();
    events.add(new AuditEvent(self, "plan.agreed", id.job().value(), detail));
    heard.forEach((peer, theirs) ->
        events.add(
            new AuditEvent(
                "party:" + peer,
                "plan.accepted",
                id.job().value(),
                Map.of("statement", theirs.evidence()))));
    site.note(events);
    return new Agreed(all);
  }
}
