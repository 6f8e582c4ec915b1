package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.link.CoordinatorLink;
import io.consilium.coordinator.link.PartyListener;
import io.consilium.datasets.DatasetException;
import io.consilium.party.UserException;
import io.consilium.party.approval.ApprovalInbox;
import io.consilium.party.approval.PendingJob;
import io.consilium.party.approval.Verdict;
import io.consilium.party.audit.UnwritableException;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.node.Site;
import io.consilium.party.node.SiteFiles;
import io.consilium.party.plan.ImportCompiler;
import io.consilium.party.plan.ImportPlan;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.Plan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.protocols.transport.SessionId;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the coordinator: compiles each proposed job, decides about it by the site's own rules,
 * and runs this party's part of those that everybody accepted. One attempt at a time.
 *
 * <p>Until a job begins, the rules that count are those of the moment: when the site's policy or
 * data sets change, every job that has not begun is decided again. A job that runs keeps what it
 * was accepted under. An officer's answer is kept until the job begins or is over.
 */
public final class JobDesk implements PartyListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobDesk.class);

  /** How often the node looks for an officer's answer, and at the site's files. */
  private static final long LOOK_MILLIS = 1_000;

  /** Jobs that wait for an officer; more are refused. */
  private static final int PENDING_MAX = 256;

  /** Accepted jobs that have not begun; more are refused. */
  private static final int ACCEPTED_MAX = 256;

  private static final long STOP_SECONDS_MAX = 5;

  /** The same words whatever the job: it is the disk that speaks. */
  private static final String UNWRITABLE =
      "This party cannot write its audit log now (disk full, or the log is not the one it signed)."
          + " Its administrator finds the reason in the log; submit the job again afterwards.";

  private final Site site;
  private final CoordinatorLink link;
  private final DataPlane dataPlane;
  private final ApprovalInbox approvals;
  private final ExecutorService deciding =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("deciding").factory());
  private final ExecutorService computing =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("computing").factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("files").daemon().factory());
  private final RunJobs runJobs;
  private final Map<JobId, Proposal> accepted = new ConcurrentHashMap<>();
  private final Map<JobId, Proposal> pending = new ConcurrentHashMap<>();

  /** Accepted jobs that an officer of this site approved. */
  private final Set<JobId> approved = ConcurrentHashMap.newKeySet();

  private final Map<JobId, Future<?>> running = new ConcurrentHashMap<>();

  public JobDesk(Site site, CoordinatorLink link, DataPlane dataPlane) {
    this.site = site;
    this.link = link;
    this.dataPlane = dataPlane;
    this.runJobs = new RunJobs(site.state());
    this.approvals =
        new ApprovalInbox(site.state(), site.identity().trust(), site.identity().principal());
    var _ =
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      SiteFiles.Change change = site.files().refresh();
      if (change != SiteFiles.Change.NONE) {
        deciding.execute(() -> decideAgain(change));
      }
      deciding.execute(this::pollApprovals);
    } catch (RejectedExecutionException e) {
      LOG.debug("The node stops.");
    } catch (RuntimeException e) {
      LOG.error("The site's files could not be looked at.", e);
    }
  }

  // ---- deciding --------------------------------------------------------------------------------

  @Override
  public void proposed(JobId id, SignedDocument manifest, Principal researcher) {
    deciding.execute(() -> {
      try {
        site.note(researcher.toString(), "job.proposed", id.value(), Map.of());
        consider(id, manifest, researcher);
      } catch (UnwritableException e) {
        unready(id, e);
      }
    });
  }

  /** The site's rules or data sets have changed: what has not begun is decided by the new ones. */
  private void decideAgain(SiteFiles.Change change) {
    Map<JobId, Proposal> waiting = new LinkedHashMap<>(accepted);
    waiting.putAll(pending);
    running.keySet().forEach(waiting::remove);
    for (Proposal proposal : waiting.values()) {
      LOG.info("Job {} is decided again, since this site's files have changed.", proposal.id());
      try {
        if (change == SiteFiles.Change.DATA) {
          consider(proposal.id(), proposal.manifest(), proposal.researcher());
        } else {
          decide(proposal);
        }
      } catch (UnwritableException e) {
        unready(proposal.id(), e);
      }
    }
  }

  private void consider(JobId id, SignedDocument manifest, Principal researcher) {
    try {
      if (runJobs.contains(id)) {
        refuse(id, FailureKind.NOT_ALLOWED, "Job " + id + " has been run here already.");
        return;
      }
      if (accepted.size() >= ACCEPTED_MAX && !accepted.containsKey(id)) {
        refuse(id, FailureKind.NOT_READY, "Too many accepted jobs wait to begin.");
        return;
      }
      if (researcher.role() == Role.RESEARCHER && !link.canSealResults(id)) {
        refuse(
            id,
            FailureKind.BAD_DATA,
            "The submission comes without a key that results can be sealed to. Submit the study"
                + " with \"consilium train\" of this version.");
        return;
      }
      decide(new Proposal(id, manifest, researcher, compile(manifest.document(), researcher)));
    } catch (DatasetException e) {
      refuse(id, FailureKind.BAD_DATA, e.getMessage());
    } catch (UnwritableException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("The plan of job {} could not be compiled.", id, e);
      refuse(id, FailureKind.INTERNAL, "A fault of the program; this party's log has the details.");
    }
  }

  private Plan compile(byte[] document, Principal author) throws DatasetException {
    return ImportManifest.isOne(document)
        ? ImportCompiler.compile(document, author)
        : new PlanCompiler(site.name(), site.datasets()).compile(document, author);
  }

  private void decide(Proposal proposal) {
    switch (proposal.plan().decide(site.policy())) {
      case PolicyDecision.Accept _ -> accept(proposal, "policy");
      case PolicyDecision.Refuse refuse ->
          refuse(proposal.id(), FailureKind.NOT_ALLOWED, String.join(" ", refuse.reasons()));
      case PolicyDecision.NeedsApproval _ -> ask(proposal);
    }
  }

  private void accept(Proposal proposal, String by) {
    Plan plan = proposal.plan();
    site.note(by, "job.accepted", proposal.id().value(), plan.auditDetail());
    accepted.put(proposal.id(), proposal);
    pending.remove(proposal.id());
    LOG.info("Job {} ({}) is accepted.", proposal.id(), plan.name());
    link.decide(proposal.id(), new VerdictDocument.Accepted(plan.digest()));
  }

  /** Nothing is decided that cannot be written down; but the others are not kept waiting. */
  private void unready(JobId id, UnwritableException e) {
    LOG.error("Job {} is not decided about: {}", id, e.getMessage());
    link.decide(id, new VerdictDocument.Refused(FailureKind.NOT_READY, UNWRITABLE));
  }

  private void refuse(JobId id, FailureKind kind, String reason) {
    site.note("policy", "job.refused", id.value(), Map.of("reason", reason));
    LOG.info("Job {} is refused: {}", id, reason);
    drop(id);
    String bounded = reason.length() <= 1_900 ? reason : reason.substring(0, 1_900) + " ...";
    link.decide(id, new VerdictDocument.Refused(kind, bounded));
  }

  private void ask(Proposal proposal) {
    if (pending.size() >= PENDING_MAX && !pending.containsKey(proposal.id())) {
      refuse(proposal.id(), FailureKind.NOT_READY, "Too many jobs wait for this site's officer.");
      return;
    }
    Plan plan = proposal.plan();
    try {
      approvals.ask(
          new PendingJob(
              proposal.id().value(),
              plan.digest(),
              plan.name(),
              submitter(proposal.researcher()),
              plan.purpose(),
              site.clock().instant().toString(),
              plan.facts()));
      accepted.remove(proposal.id());
      pending.put(proposal.id(), proposal);
      if (!isAnswered(proposal)) {
        link.decide(
            proposal.id(),
            new VerdictDocument.Pending("It waits for the officer of " + site.name()));
      }
    } catch (IOException e) {
      LOG.error("Job {} could not be put before the officer.", proposal.id(), e);
      refuse(proposal.id(), FailureKind.INTERNAL, "The approval could not be asked for.");
    }
  }

  /** Names are unique within a role. */
  private static String submitter(Principal author) {
    return author.role() == Role.RESEARCHER ? author.name() : author.toString();
  }

  private void pollApprovals() {
    for (Proposal proposal : List.copyOf(pending.values())) {
      boolean _ = isAnswered(proposal);
    }
  }

  /** Looks for the officer's answer and, if it is there, acts on it. */
  private boolean isAnswered(Proposal proposal) {
    String id = proposal.id().value();
    try {
      Optional<Verdict> verdict = approvals.poll(id, proposal.plan().digest());
      verdict.ifPresent(given -> settle(proposal, given));
      return verdict.isPresent();
    } catch (UserException e) {
      LOG.warn("{}", e.getMessage());
    } catch (UnwritableException e) {
      LOG.debug("The answer about job {} waits for the audit log: {}", id, e.getMessage());
    } catch (IOException e) {
      LOG.error("The approvals of job {} cannot be read.", id, e);
    }
    return false;
  }

  private void settle(Proposal proposal, Verdict verdict) {
    if (verdict.approved()) {
      approved.add(proposal.id());
      accept(proposal, "officer");
    } else {
      refuse(
          proposal.id(),
          FailureKind.NOT_ALLOWED,
          "The officer of " + site.name() + " refused: " + verdict.reason());
    }
  }

  // ---- running ---------------------------------------------------------------------------------

  @Override
  public void started(StartDocument start) {
    Proposal proposal = accepted.get(start.jobId());
    Optional<String> objection =
        proposal == null || !proposal.plan().digest().equals(start.planDigest())
            ? Optional.of("This party does not accept the job, or not any more.")
            : objection(proposal);
    if (objection.isPresent()) {
      LOG.warn("Job {} was started, but does not run: {}", start.jobId(), objection.get());
      link.report(
          start.jobId(),
          start.attempt(),
          new ReportDocument.Failed(
              FailureKind.NOT_ALLOWED, "starting", objection.get(), Optional.of(site.name())));
      return;
    }
    SessionId session = SessionId.of(HexFormat.of().parseHex(start.sessionId()));
    AttemptId id = new AttemptId(start.jobId(), start.attempt(), session);
    running.put(start.jobId(), computing.submit(() -> run(id, proposal)));
  }

  /** What this site's rules, as they are at this moment, have against an accepted job. */
  private Optional<String> objection(Proposal proposal) {
    return switch (proposal.plan().decide(site.policy())) {
      case PolicyDecision.Accept _ -> Optional.empty();
      case PolicyDecision.Refuse refuse -> Optional.of(String.join(" ", refuse.reasons()));
      case PolicyDecision.NeedsApproval _ ->
          approved.contains(proposal.id())
              ? Optional.empty()
              : Optional.of("The officer of " + site.name() + " has to approve it now.");
    };
  }

  private void run(AttemptId id, Proposal proposal) {
    ReportSink progress =
        (content, results) -> link.report(id.job(), id.number(), content, results);
    try {
      site.note("coordinator", "job.started", id.job().value(), Map.of("attempt", id.toString()));
      runJobs.add(id.job());
      closeApproval(id.job());
      Outcome done =
          switch (proposal.plan()) {
            case JobPlan plan -> new Attempt(site, dataPlane, id, plan, progress).run();
            case ImportPlan plan ->
                Outcome.without(new ImportAttempt(site, dataPlane, id, plan, progress).run());
          };
      site.note(
          site.identity().principal().toString(),
          "job.succeeded",
          id.job().value(),
          Map.of(
              "model", done.report().model().name(), "version", done.report().model().version()));
      LOG.info("Attempt {} succeeded.", id);
      progress.report(done.report(), done.results());
    } catch (AttemptFailed e) {
      LOG.warn("Attempt {} failed, {}: {}", id, e.phase(), e.getMessage());
      if (e.kind() == FailureKind.INTERNAL) {
        // The researcher gets the sentence alone; the administrator needs the file and the reason.
        LOG.warn("The reason of it:", e.getCause());
      }
      fail(id, progress, e);
    } catch (InterruptedException e) {
      LOG.info("Attempt {} was stopped.", id);
      fail(
          id,
          progress,
          new AttemptFailed(
              FailureKind.NOT_READY, "stopping", "It was stopped.", Optional.empty(), e));
    } catch (UnwritableException e) {
      fail(
          id,
          progress,
          new AttemptFailed(
              FailureKind.NOT_READY, "recording", UNWRITABLE, Optional.of(site.name()), e));
    } catch (IOException | RuntimeException e) {
      LOG.error("Attempt {} failed by a fault of the program.", id, e);
      fail(
          id,
          progress,
          new AttemptFailed(
              FailureKind.INTERNAL,
              "computing",
              "A fault of the program; this party's log has the details.",
              Optional.of(site.name()),
              e));
    } finally {
      running.remove(id.job());
      accepted.remove(id.job());
      approved.remove(id.job());
    }
  }

  private void fail(AttemptId id, ReportSink progress, AttemptFailed failure) {
    // This party's word is enough for the job not to succeed.
    settleModels(id.job(), Optional.of(JobStatus.FAILED));
    noteIfPossible(
        site.identity().principal().toString(),
        "job.failed",
        id.job().value(),
        Map.of("phase", failure.phase(), "reason", failure.getMessage()));
    progress.report(
        new ReportDocument.Failed(
            failure.kind(), failure.phase(), failure.getMessage(), failure.culprit()),
        failure.results());
  }

  @Override
  public void cancelled(JobId id, String reason, Principal by) {
    deciding.execute(() -> {
      noteIfPossible(by.toString(), "job.cancelled", id.value(), Map.of("reason", reason));
      drop(id);
      Future<?> attempt = running.remove(id);
      if (attempt != null) {
        attempt.cancel(true);
      }
      settleModels(id, Optional.of(JobStatus.CANCELLED));
    });
  }

  /** Of what stops, and lets nothing follow: to stop is right also when it cannot be noted. */
  private void noteIfPossible(String actor, String action, String job, Map<String, String> detail) {
    try {
      site.note(actor, action, job, detail);
    } catch (UnwritableException e) {
      LOG.error("{} of job {} is not in the audit log: {}", action, job, e.getMessage());
    }
  }

  @Override
  public void settled(JobId id, Optional<JobStatus> outcome) {
    deciding.execute(() -> settleModels(id, outcome));
  }

  @Override
  public List<JobId> unsettled() {
    return site.models().unsettled();
  }

  /** What cannot be written now is tried again: the coordinator is asked until it is done. */
  private void settleModels(JobId id, Optional<JobStatus> outcome) {
    try {
      site.models().settle(id, outcome);
    } catch (IOException e) {
      LOG.error("What job {} stored cannot be settled: {}", id, e.getMessage());
    }
  }

  /** Forgets a job that this party is not going to run. */
  private void drop(JobId id) {
    Proposal agreed = accepted.remove(id);
    Proposal waiting = pending.remove(id);
    approved.remove(id);
    closeApproval(id);
    Optional.ofNullable(agreed).or(() -> Optional.ofNullable(waiting)).ifPresent(this::forget);
  }

  /** What was kept to be shared is not going to be. */
  private void forget(Proposal over) {
    if (over.plan() instanceof ImportPlan plan && plan.isOf(site.name())) {
      try {
        new PreparedImports(site.store()).forget(plan.name(), plan.document());
      } catch (IOException e) {
        LOG.error("The weights of {} cannot be deleted.", plan.name(), e);
      }
    }
  }

  private void closeApproval(JobId id) {
    try {
      approvals.close(id.value());
    } catch (IOException e) {
      LOG.error("The question about job {} cannot be taken back.", id, e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    deciding.shutdown();
    computing.shutdownNow();
    try {
      boolean _ = computing.awaitTermination(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
