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
import io.consilium.coordinator.link.PartyListener;
import io.consilium.coordinator.link.PartyReplies;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.party.UserException;
import io.consilium.party.approval.ApprovalInbox;
import io.consilium.party.approval.PendingJob;
import io.consilium.party.approval.Verdict;
import io.consilium.party.audit.UnwritableException;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.files.FullDisk;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.node.Site;
import io.consilium.party.node.SiteFiles;
import io.consilium.party.plan.ImportCompiler;
import io.consilium.party.plan.ImportPlan;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.Plan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.party.plan.SiteDeclarations;
import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.party.release.ReleaseLedger;
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

  private final Site site;
  private final PartyReplies replies;
  private final DataPlane dataPlane;
  private final OwnRecords records;
  private final FailedJobs failed = new FailedJobs();
  private final ApprovalInbox approvals;
  private final ExecutorService deciding =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("deciding").factory());
  private final ExecutorService computing =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("computing").factory());
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("files").daemon().factory());
  private final SpentJobs spent;
  private final Map<JobId, Proposal> accepted = new ConcurrentHashMap<>();
  private final Map<JobId, Proposal> pending = new ConcurrentHashMap<>();

  /** Accepted jobs that an officer of this site approved. */
  private final Set<JobId> approved = ConcurrentHashMap.newKeySet();

  private final Map<JobId, Future<?>> running = new ConcurrentHashMap<>();

  /**
   * Begins to listen.
   *
   * @param replies what goes to the coordinator goes through it
   */
  public JobDesk(Site site, PartyReplies replies, DataPlane dataPlane) {
    this.site = site;
    this.replies = replies;
    this.dataPlane = dataPlane;
    this.spent = new SpentJobs(site.state(), site.clock());
    this.records = new OwnRecords(site, new ReleaseLedger(site.store()));
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
  public void proposed(
      SubmissionDocument submission, SignedDocument manifest, Principal researcher) {
    deciding.execute(() -> {
      try {
        site.note(researcher.toString(), "job.proposed", submission.jobId().value(), Map.of());
        consider(submission, manifest, researcher);
      } catch (UnwritableException e) {
        unready(submission.jobId(), e);
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
          consider(proposal.submission(), proposal.manifest(), proposal.researcher());
        } else {
          decide(proposal);
        }
      } catch (UnwritableException e) {
        unready(proposal.id(), e);
      }
    }
  }

  private void consider(
      SubmissionDocument submission, SignedDocument manifest, Principal researcher) {
    JobId id = submission.jobId();
    try {
      requireRunnable(submission);
      Envelope _ = Envelope.readAt(site.name(), manifest.document(), site.consortium());
      Optional<Refusal> busy = busy(id, researcher);
      if (busy.isPresent()) {
        refuse(id, researcher, busy.get());
        return;
      }
      Plan plan = compile(manifest.document(), researcher);
      decide(new Proposal(submission, manifest, researcher, plan));
    } catch (RefusedException e) {
      refuse(id, researcher, new Refusal.OfOrder(e));
    } catch (IOException e) {
      LOG.error("The state directory cannot be read.", e);
      refuse(id, researcher, Refusal.NotNow.FAULT);
    } catch (InvalidDefinitionException e) {
      refuse(id, researcher, new Refusal.OfManifest(e));
    } catch (UnwritableException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("The plan of job {} could not be compiled.", id, e);
      refuse(id, researcher, Refusal.NotNow.FAULT);
    }
  }

  private Optional<Refusal> busy(JobId id, Principal researcher) {
    if (accepted.containsKey(id) || pending.containsKey(id)) {
      // It is decided again, since this site's files have changed.
      return Optional.empty();
    }
    if (accepted.size() >= ACCEPTED_MAX) {
      return Optional.of(Refusal.NotNow.MANY_ACCEPTED);
    }
    if (researcher.role() == Role.RESEARCHER && !replies.canSealResults(id)) {
      return Optional.of(Refusal.NotNow.NO_RESULTS_KEY);
    }
    boolean many =
        failed.reached(
            researcher.toString(), site.policy().failedJobsMax(), site.clock().instant());
    return many ? Optional.of(Refusal.NotNow.MANY_FAILED) : Optional.empty();
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

  /** Looks at the manifest only. */
  private static Plan compile(byte[] document, Principal author) throws InvalidDefinitionException {
    return ImportManifest.isOne(document)
        ? ImportCompiler.compile(document, author)
        : PlanCompiler.compile(document, author);
  }

  /** Applies every rule and asks the officer, before any record is read. */
  private void decide(Proposal proposal) {
    OwnData own = proposal.plan().own(new SiteDeclarations(site.name(), site.datasets()));
    switch (proposal.plan().decide(site.policy(), own)) {
      case PolicyDecision.Accept _ -> examine(proposal, "policy");
      case PolicyDecision.Refuse refuse ->
          refuse(proposal.id(), proposal.researcher(), new Refusal.OfPolicy(refuse));
      case PolicyDecision.NeedsApproval _ -> ask(proposal, own);
    }
  }

  /** Only now are the records read: the rules and, if they want one, the officer have agreed. */
  private void examine(Proposal proposal, String by) {
    try {
      if (proposal.plan() instanceof JobPlan plan) {
        records.check(plan, proposal.id());
      }
      accept(proposal, by);
    } catch (RecordsRefused e) {
      refuse(proposal.id(), proposal.researcher(), new Refusal.OfRecords(e));
    } catch (UnwritableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      LOG.error("The records for job {} could not be looked at.", proposal.id(), e);
      refuse(proposal.id(), proposal.researcher(), Refusal.NotNow.FAULT);
    }
  }

  private void accept(Proposal proposal, String by) {
    Plan plan = proposal.plan();
    site.note(by, "job.accepted", proposal.id().value(), plan.auditDetail());
    accepted.put(proposal.id(), proposal);
    pending.remove(proposal.id());
    LOG.info("Job {} ({}) is accepted.", proposal.id(), plan.name());
    replies.decide(proposal.id(), new VerdictDocument.Accepted(plan.digest()));
  }

  /** Nothing is decided that cannot be written down; but the others are not kept waiting. */
  private void unready(JobId id, UnwritableException e) {
    LOG.error("Job {} is not decided about: {}", id, e.getMessage());
    replies.decide(id, Refusal.NotNow.UNWRITABLE.verdict());
  }

  private void refuse(JobId id, Principal researcher, Refusal refusal) {
    if (refusal.counts()) {
      failed.add(researcher.toString(), site.clock().instant());
    }
    VerdictDocument.Refused verdict = refusal.verdict();
    site.note("policy", "job.refused", id.value(), Map.of("reason", verdict.reason()));
    LOG.info("Job {} is refused: {}", id, verdict.reason());
    drop(id);
    replies.decide(id, verdict);
  }

  private void ask(Proposal proposal, OwnData own) {
    if (pending.size() >= PENDING_MAX && !pending.containsKey(proposal.id())) {
      refuse(proposal.id(), proposal.researcher(), Refusal.NotNow.MANY_PENDING);
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
              plan.facts(own)));
      accepted.remove(proposal.id());
      pending.put(proposal.id(), proposal);
      if (!isAnswered(proposal)) {
        replies.decide(
            proposal.id(),
            new VerdictDocument.Pending("It waits for the officer of " + site.name()));
      }
    } catch (IOException e) {
      LOG.error("Job {} could not be put before the officer.", proposal.id(), e);
      refuse(proposal.id(), proposal.researcher(), Refusal.NotNow.NO_APPROVAL);
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
      examine(proposal, "officer");
    } else {
      spend(proposal, SpentJobs.Why.REFUSED);
      refuse(
          proposal.id(),
          proposal.researcher(),
          new Refusal.OfOfficer(site.name(), verdict.reason()));
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
      replies.report(
          start.jobId(),
          start.attempt(),
          new ReportDocument.Failed(
              FailureKind.NOT_ALLOWED,
              "starting",
              Refusal.cut(objection.get()),
              Optional.of(site.name())),
          Optional.empty());
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

  /** What this site's rules, as they are at this moment, have against an accepted job. */
  private Optional<String> objection(Proposal proposal) {
    OwnData own = proposal.plan().own(new SiteDeclarations(site.name(), site.datasets()));
    return switch (proposal.plan().decide(site.policy(), own)) {
      case PolicyDecision.Accept _ -> Optional.empty();
      case PolicyDecision.Refuse refuse -> Optional.of(String.join(" ", refuse.reasons()));
      case PolicyDecision.NeedsApproval _ ->
          approved.contains(proposal.id())
              ? Optional.empty()
              : Optional.of("The officer of " + site.name() + " has to approve it now.");
    };
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
        (content, results) -> replies.report(id.job(), id.number(), content, results),
        new AttemptFailed(FailureKind.NOT_ALLOWED, "starting", reason, Optional.empty(), null));
  }

  private void run(AttemptId id, Proposal proposal) {
    ReportSink progress =
        (content, results) -> replies.report(id.job(), id.number(), content, results);
    try {
      site.note("coordinator", "job.started", id.job().value(), Map.of("attempt", id.toString()));
      if (!spent.begin(id.job(), proposal.expiresAt())) {
        throw new AttemptFailed(
            FailureKind.NOT_READY,
            "starting",
            "Job " + id.job() + " " + spent.why(id.job()).orElseThrow().words + ".",
            Optional.empty(),
            null);
      }
      closeApproval(id.job());
      Outcome done =
          switch (proposal.plan()) {
            case JobPlan plan -> new Attempt(site, dataPlane, records, id, plan, progress).run();
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
      if (e.kind() == FailureKind.INTERNAL || e.isAboutNumbers()) {
        // The researcher gets the sentence alone; the administrator needs the file and the reason.
        LOG.warn("The reason of it:", e.getCause());
      }
      if (e.counts()) {
        failed.add(proposal.researcher().toString(), site.clock().instant());
      }
      fail(id, progress, FullDisk.isCauseOf(e) ? unwritable(e) : e);
    } catch (InterruptedException e) {
      LOG.info("Attempt {} was stopped.", id);
      fail(
          id,
          progress,
          new AttemptFailed(
              FailureKind.NOT_READY, "stopping", "It was stopped.", Optional.empty(), e));
    } catch (UnwritableException e) {
      fail(id, progress, unwritable(e));
    } catch (IOException | RuntimeException e) {
      LOG.error("Attempt {} failed by a fault of the program or the disk.", id, e);
      fail(
          id,
          progress,
          FullDisk.isCauseOf(e)
              ? unwritable(e)
              : new AttemptFailed(
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

  private AttemptFailed unwritable(Exception cause) {
    return new AttemptFailed(
        FailureKind.NOT_READY,
        "recording",
        Refusal.NotNow.UNWRITABLE.sentence(),
        Optional.of(site.name()),
        cause);
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
            failure.kind(), failure.phase(), Refusal.cut(failure.getMessage()), failure.culprit()),
        failure.results());
  }

  @Override
  public void cancelled(JobId id, String reason, Principal by) {
    deciding.execute(() -> {
      Optional<Proposal> known =
          Optional.ofNullable(accepted.get(id)).or(() -> Optional.ofNullable(pending.get(id)));
      if (known.isEmpty() && !running.containsKey(id) && by.role() == Role.COORDINATOR) {
        // The end of a job that was refused or is over here: only who ordered a job can spend it.
        settleModels(id, Optional.of(JobStatus.CANCELLED));
        return;
      }
      if (!remember(id, known) && !running.containsKey(id)) {
        return;
      }
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
