package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Envelope;
import io.consilium.coordinator.jobs.RefusedException;
import io.consilium.coordinator.link.CoordinatorLine;
import io.consilium.coordinator.link.PartyListener;
import io.consilium.datasets.DatasetException;
import io.consilium.party.UserException;
import io.consilium.party.approval.ApprovalInbox;
import io.consilium.party.approval.PendingJob;
import io.consilium.party.approval.Verdict;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.node.Site;
import io.consilium.party.plan.ImportCompiler;
import io.consilium.party.plan.ImportPlan;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.Plan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.protocols.transport.SessionId;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the coordinator: compiles each proposed job, decides about it by the site's own rules,
 * and runs this party's part of those that everybody accepted. One attempt at a time.
 */
public final class JobDesk implements PartyListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobDesk.class);

  /** How often the node looks for an officer's answer. */
  private static final long APPROVAL_POLL_MILLIS = 1_000;

  /** Jobs that wait for an officer; more are refused. */
  private static final int PENDING_MAX = 256;

  /** Accepted jobs that have not begun; more are refused. */
  private static final int ACCEPTED_MAX = 256;

  private static final long STOP_SECONDS_MAX = 5;

  private final Site site;
  private final CoordinatorLine link;
  private final DataPlane dataPlane;
  private final PlanCompiler compiler;
  private final ApprovalInbox approvals;
  private final ExecutorService deciding =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("deciding").factory());
  private final ExecutorService computing =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("computing").factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("approvals").daemon().factory());
  private final SpentJobs spent;
  private final Map<JobId, Proposal> accepted = new ConcurrentHashMap<>();
  private final Map<JobId, Proposal> pending = new ConcurrentHashMap<>();
  private final Map<JobId, Future<?>> running = new ConcurrentHashMap<>();

  public JobDesk(Site site, CoordinatorLine link, DataPlane dataPlane) {
    this.site = site;
    this.link = link;
    this.dataPlane = dataPlane;
    this.spent = new SpentJobs(site.state(), site.clock());
    this.compiler = new PlanCompiler(site.name(), site.datasets());
    this.approvals =
        new ApprovalInbox(site.state(), site.identity().trust(), site.identity().principal());
    var _ =
        timer.scheduleWithFixedDelay(
            () -> deciding.execute(this::pollApprovals),
            APPROVAL_POLL_MILLIS,
            APPROVAL_POLL_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  // ---- deciding --------------------------------------------------------------------------------

  @Override
  public void proposed(
      SubmissionDocument submission, SignedDocument manifest, Principal researcher) {
    deciding.execute(() -> consider(submission, manifest, researcher));
  }

  private void consider(
      SubmissionDocument submission, SignedDocument manifest, Principal researcher) {
    JobId id = submission.jobId();
    try {
      site.note(researcher.toString(), "job.proposed", id.value(), Map.of());
      requireRunnable(submission);
      Envelope _ = Envelope.readAt(site.name(), manifest.document(), site.consortium());
      if (accepted.size() >= ACCEPTED_MAX) {
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
      decide(new Proposal(submission, researcher, compile(manifest.document(), researcher)));
    } catch (RefusedException e) {
      refuse(id, e.kind(), e.getMessage());
    } catch (IOException e) {
      LOG.error("The state directory cannot be read.", e);
      refuse(id, FailureKind.INTERNAL, "A fault of the program; this party's log has the details.");
    } catch (DatasetException e) {
      refuse(id, FailureKind.BAD_DATA, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The plan of job {} could not be compiled.", id, e);
      refuse(id, FailureKind.INTERNAL, "A fault of the program; this party's log has the details.");
    }
  }

  /** A spent job is not run again, whoever asks, and an expired order is not remembered. */
  private void requireRunnable(SubmissionDocument submission) throws RefusedException, IOException {
    spent.forgetExpired();
    Optional<SpentJobs.Why> why = spent.why(submission.jobId());
    if (why.isPresent()) {
      throw new RefusedException(
          FailureKind.NOT_ALLOWED, "Job " + submission.jobId() + " " + why.get().words + ".");
    }
    Optional<String> problem = submission.problem(site.clock().instant());
    if (problem.isPresent()) {
      throw new RefusedException(FailureKind.NOT_ALLOWED, problem.get());
    }
  }

  private Plan compile(byte[] document, Principal author) throws DatasetException {
    return ImportManifest.isOne(document)
        ? ImportCompiler.compile(document, author)
        : compiler.compile(document, author);
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
    LOG.info("Job {} ({}) is accepted.", proposal.id(), plan.name());
    link.decide(proposal.id(), new VerdictDocument.Accepted(plan.digest()));
  }

  private void refuse(JobId id, FailureKind kind, String reason) {
    site.note("policy", "job.refused", id.value(), Map.of("reason", reason));
    LOG.info("Job {} is refused: {}", id, reason);
    String bounded = reason.length() <= 1_900 ? reason : reason.substring(0, 1_900) + " ...";
    link.decide(id, new VerdictDocument.Refused(kind, bounded));
  }

  private void ask(Proposal proposal) {
    if (pending.size() >= PENDING_MAX) {
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
      pending.put(proposal.id(), proposal);
      link.decide(
          proposal.id(), new VerdictDocument.Pending("It waits for the officer of " + site.name()));
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
      String id = proposal.id().value();
      try {
        Optional<Verdict> verdict = approvals.poll(id, proposal.plan().digest());
        if (verdict.isPresent()) {
          pending.remove(proposal.id());
          approvals.close(id);
          settle(proposal, verdict.get());
        }
      } catch (UserException e) {
        LOG.warn("{}", e.getMessage());
      } catch (IOException e) {
        LOG.error("The approvals of job {} cannot be read.", id, e);
      }
    }
  }

  private void settle(Proposal proposal, Verdict verdict) {
    if (verdict.approved()) {
      accept(proposal, "officer");
    } else {
      spend(proposal, SpentJobs.Why.REFUSED);
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
    if (proposal == null || !proposal.plan().digest().equals(start.planDigest())) {
      LOG.warn("An attempt at job {} was started that this party has not accepted.", start.jobId());
      return;
    }
    SessionId session = SessionId.of(HexFormat.of().parseHex(start.sessionId()));
    AttemptId id =
        new AttemptId(
            start.jobId(),
            start.attempt(),
            session,
            proposal.submission().manifestSha256(),
            proposal.plan().digest());
    Optional<String> problem = problem(start, proposal);
    if (problem.isPresent()) {
      deciding.execute(() -> refuseStart(id, problem.get()));
      return;
    }
    running.put(start.jobId(), computing.submit(() -> run(id, proposal)));
  }

  /** Why an attempt is not begun, although its plan is the accepted one. */
  private Optional<String> problem(StartDocument start, Proposal proposal) {
    if (!start.parties().equals(proposal.plan().parties())) {
      return Optional.of(
          "The coordinator's order names other parties than the manifest: "
              + String.join(", ", start.parties())
              + ".");
    }
    return proposal.submission().problem(site.clock().instant());
  }

  private void refuseStart(AttemptId id, String reason) {
    accepted.remove(id.job());
    fail(
        id,
        (content, results) -> link.report(id.job(), id.number(), content, results),
        new AttemptFailed(FailureKind.NOT_ALLOWED, "starting", reason, Optional.empty(), null));
  }

  private void run(AttemptId id, Proposal proposal) {
    site.note("coordinator", "job.started", id.job().value(), Map.of("attempt", id.toString()));
    ReportSink progress =
        (content, results) -> link.report(id.job(), id.number(), content, results);
    try {
      if (!spent.begin(id.job(), proposal.expiresAt())) {
        throw new AttemptFailed(
            FailureKind.NOT_READY,
            "starting",
            "Job " + id.job() + " " + spent.why(id.job()).orElseThrow().words + ".",
            Optional.empty(),
            null);
      }
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
    }
  }

  private void fail(AttemptId id, ReportSink progress, AttemptFailed failure) {
    // This party's word is enough for the job not to succeed.
    settleModels(id.job(), Optional.of(JobStatus.FAILED));
    site.note(
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
      Proposal agreed = accepted.remove(id);
      Proposal waiting = pending.remove(id);
      Optional<Proposal> known = Optional.ofNullable(agreed).or(() -> Optional.ofNullable(waiting));
      if (!remember(id, known) && !running.containsKey(id)) {
        return;
      }
      site.note(by.toString(), "job.cancelled", id.value(), Map.of("reason", reason));
      if (waiting != null) {
        closeApproval(id);
      }
      known.ifPresent(this::forget);
      Future<?> attempt = running.remove(id);
      if (attempt != null) {
        attempt.cancel(true);
      }
      settleModels(id, Optional.of(JobStatus.CANCELLED));
    });
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

  /** Whether that is news. */
  private boolean remember(JobId id, Optional<Proposal> cancelled) {
    try {
      if (cancelled.isPresent()) {
        spend(cancelled.get(), SpentJobs.Why.CANCELLED);
        return true;
      }
      return spent.endUnheard(id);
    } catch (IOException e) {
      LOG.error("That job {} is cancelled cannot be kept.", id, e);
      return true;
    }
  }

  private void spend(Proposal proposal, SpentJobs.Why why) {
    try {
      spent.end(proposal.id(), why, proposal.expiresAt());
    } catch (IOException e) {
      LOG.error("That job {} {} cannot be kept.", proposal.id(), why.words, e);
    }
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
