package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All jobs, the queue, and who is up. Decides; its caller stores and sends. One job runs at a time.
 * Researchers take turns, and each one's jobs run in the order of submission; a queued job whose
 * parties are not all up lets the next one pass. Old finished jobs move to the archive.
 *
 * <p>Not safe for use by several threads.
 */
final class JobBook {

  /** A living process registers every three seconds. */
  private static final Duration ALIVE_MAX = Duration.ofSeconds(7);

  private static final int REASON_CHARS_MAX = 2_000;

  private final Patience patience;
  private final Clerk clerk;
  private final JobArchive archive;
  private final JobLimits limits;
  private final Turns turns = new Turns();
  private final Map<JobId, JobFile> files = new LinkedHashMap<>();
  private final Map<String, Presence> presences = new LinkedHashMap<>();

  /** A party that registered: which process, and when it was last heard. */
  private record Presence(String incarnation, Instant heardAt) {}

  /**
   * Takes up the jobs of an earlier run. Those under way wait for their parties to come back.
   *
   * @param now when the coordinator started
   */
  JobBook(
      Patience patience,
      Clerk clerk,
      Collection<JobFile> stored,
      JobArchive archive,
      JobLimits limits,
      Instant now) {
    this.patience = patience;
    this.clerk = clerk;
    this.archive = archive;
    this.limits = limits;
    stored.stream()
        .map(JobFile::job)
        .filter(job -> job.start().isPresent())
        .sorted(Comparator.comparing(Job::updatedAt))
        .forEach(job -> turns.took(job.researcher()));
    stored.stream()
        .sorted(
            Comparator.<JobFile, Instant>comparing(file -> file.job().submittedAt())
                .thenComparing(file -> file.job().id()))
        .forEach(file ->
            files.put(
                file.job().id(),
                file.with(file.job().next(new JobEvent.Restarted(now), patience))));
  }

  /** Every job that is not archived, oldest first. */
  List<JobFile> all() {
    return List.copyOf(files.values());
  }

  /** The job of this id, archived or not. */
  Optional<JobFile> find(JobId id) {
    return Optional.ofNullable(files.get(id)).or(() -> archive.find(id));
  }

  /** Whether the party is up. */
  boolean isUp(String party) {
    return presences.containsKey(party);
  }

  /**
   * Why a process may not register as this party: another one with the party's key is alive. The
   * first stays. A party that was restarted gets in as soon as the end of its old process is seen,
   * or that has been silent for longer than a living one is.
   */
  Optional<String> refusal(String party, String incarnation, Instant at) {
    return Optional.ofNullable(presences.get(party))
        .filter(known -> !known.incarnation().equals(incarnation))
        .filter(known -> at.isBefore(known.heardAt().plus(ALIVE_MAX)))
        .map(_ ->
            "Another process with the key of "
                + party
                + " is registered and alive. This one gets in when that one has ended; if nobody of"
                + " "
                + party
                + " started it, the key has been copied: ask for a new certificate.");
  }

  /** When the party was last heard, if it is up. */
  Optional<Instant> heardAt(String party) {
    return Optional.ofNullable(presences.get(party)).map(Presence::heardAt);
  }

  /**
   * Takes in a new job and proposes it to the parties that are up. The same manifest under the same
   * id is the same job: whoever did not get an answer may submit it again.
   */
  List<Effect> submit(
      JobId id,
      Envelope envelope,
      Principal researcher,
      SignedDocument manifest,
      SignedDocument submission,
      Instant at)
      throws RefusedException {
    Optional<JobFile> known = find(id);
    if (known.isPresent()) {
      requireSame(known.get(), researcher, manifest);
      return List.of();
    }
    requireRoom(researcher);
    Job job = Job.submitted(id, envelope, researcher, at, patience);
    files.put(id, new JobFile(job, manifest, submission, Optional.empty(), Optional.empty()));
    List<Effect> effects = new ArrayList<>();
    effects.add(new Effect.Save(files.get(id)));
    for (String party : envelope.parties()) {
      Presence presence = presences.get(party);
      if (presence != null) {
        apply(id, new JobEvent.PartyPresent(at, party, presence.incarnation()), effects);
        effects.add(new Effect.Tell(party, new ControlMessage.Propose(manifest, submission)));
      }
    }
    apply(id, new JobEvent.Tick(at), effects);
    return effects;
  }

  private static void requireSame(JobFile known, Principal researcher, SignedDocument manifest)
      throws RefusedException {
    boolean same =
        known.job().researcher().equals(researcher)
            && Papers.sha256(known.manifest()).equals(Papers.sha256(manifest));
    if (!same) {
      throw RefusedException.badData("There already is another job " + known.job().id() + ".");
    }
  }

  private void requireRoom(Principal researcher) throws RefusedException {
    long open = 0;
    long own = 0;
    for (JobFile file : files.values()) {
      if (!file.job().status().isFinal()) {
        open++;
        own += file.job().researcher().equals(researcher) ? 1 : 0;
      }
    }
    if (own >= limits.openPerResearcherMax()) {
      throw new RefusedException(
          FailureKind.NOT_READY,
          researcher.name()
              + " has "
              + own
              + " jobs that wait or run, which is the most for one. Submit again when one has"
              + " ended, or cancel one with \"consilium jobs cancel\".");
    }
    int reserved = own == 0 ? 0 : limits.openReserved();
    if (open >= limits.openMax() - reserved) {
      throw new RefusedException(
          FailureKind.NOT_READY,
          "The coordinator holds "
              + open
              + " jobs that wait or run, which is its limit. Submit again when some have ended.");
    }
  }

  /**
   * A party registered: it is up, and gets whatever it is due.
   *
   * @param running the jobs it says it is at work on
   * @param unsettled the jobs whose end it wants to know
   */
  List<Effect> registered(
      String party, String incarnation, List<JobId> running, List<JobId> unsettled, Instant at) {
    presences.put(party, new Presence(incarnation, at));
    List<Effect> effects = new ArrayList<>();
    for (JobId id : open()) {
      apply(id, new JobEvent.PartyPresent(at, party, incarnation), effects);
      remind(party, files.get(id), running, effects);
    }
    for (JobId id : running) {
      settle(id, party, effects);
    }
    for (JobId id : unsettled) {
      Optional<JobFile> file = find(id);
      if (file.isEmpty() || file.get().job().status().isFinal()) {
        effects.add(new Effect.Tell(party, outcome(id, file)));
      }
    }
    startNext(at, effects);
    return effects;
  }

  /** A party is not reachable any more. */
  List<Effect> lost(String party, Instant at) {
    List<Effect> effects = new ArrayList<>();
    if (presences.remove(party) != null) {
      applyToOpen(new JobEvent.PartyAbsent(at, party), effects);
    }
    startNext(at, effects);
    return effects;
  }

  /** A party's verdict, its author verified. */
  List<Effect> decided(VerdictDocument verdict, Instant at) {
    List<Effect> effects = new ArrayList<>();
    apply(verdict.jobId(), new JobEvent.Decided(at, verdict.party(), verdict.decision()), effects);
    settle(verdict.jobId(), verdict.party(), effects);
    startNext(at, effects);
    return effects;
  }

  /**
   * A party's report, its author verified.
   *
   * @param signed the same as it came
   */
  List<Effect> reported(ReportDocument report, SignedDocument signed, Instant at) {
    List<Effect> effects = new ArrayList<>();
    apply(report.jobId(), new JobEvent.Reported(at, report, signed), effects);
    settle(report.jobId(), report.party(), effects);
    startNext(at, effects);
    return effects;
  }

  /**
   * The researcher stops a job.
   *
   * @param signed the order, its author verified
   */
  List<Effect> cancel(CancelDocument order, Principal by, SignedDocument signed, Instant at)
      throws RefusedException {
    JobFile file =
        find(order.jobId())
            .filter(found -> Visibility.shows(found.job(), by))
            .orElseThrow(() -> Visibility.noJob(order.jobId()));
    if (!file.job().researcher().equals(by)) {
      throw RefusedException.notAllowed("Only who submitted a job can cancel it.");
    }
    if (file.job().status().isFinal()) {
      throw RefusedException.badData(
          "Job " + order.jobId() + " is over already: " + file.job().status() + ".");
    }
    List<Effect> effects = new ArrayList<>();
    files.put(order.jobId(), file.withCancel(signed));
    apply(order.jobId(), new JobEvent.CancelOrdered(at, by, order.reason()), effects);
    startNext(at, effects);
    return effects;
  }

  /** Time passed. */
  List<Effect> tick(Instant at) {
    List<Effect> effects = new ArrayList<>();
    List<String> stale =
        presences.entrySet().stream()
            .filter(
                entry -> at.isAfter(entry.getValue().heardAt().plus(patience.registrationMax())))
            .map(Map.Entry::getKey)
            .toList();
    for (String party : stale) {
      presences.remove(party);
      applyToOpen(new JobEvent.PartyAbsent(at, party), effects);
    }
    applyToOpen(new JobEvent.Tick(at), effects);
    startNext(at, effects);
    retire(JobStatus.SUCCEEDED::equals, effects);
    retire(status -> status.isFinal() && status != JobStatus.SUCCEEDED, effects);
    return effects;
  }

  private void retire(Predicate<JobStatus> kind, List<Effect> effects) {
    List<JobId> finished =
        files.values().stream()
            .map(JobFile::job)
            .filter(job -> kind.test(job.status()))
            .map(Job::id)
            .toList();
    int surplus = Math.max(0, finished.size() - limits.finishedMax());
    for (JobId oldest : finished.subList(0, surplus)) {
      files.remove(oldest);
      effects.add(new Effect.Archive(oldest));
    }
  }

  private List<JobId> open() {
    return files.values().stream()
        .filter(file -> !file.job().status().isFinal())
        .map(file -> file.job().id())
        .toList();
  }

  private void applyToOpen(JobEvent event, List<Effect> effects) {
    for (JobId id : open()) {
      apply(id, event, effects);
    }
  }

  private void apply(JobId id, JobEvent event, List<Effect> effects) {
    JobFile before = files.get(id);
    if (before == null) {
      return;
    }
    JobFile after = before.with(before.job().next(event, patience));
    boolean ended = after.job().status().isFinal() && !before.job().status().isFinal();
    if (ended && after.job().status() != JobStatus.SUCCEEDED && after.cancel().isEmpty()) {
      after = after.withCancel(clerk.sign(cancelOf(after.job())));
    }
    files.put(id, after);
    if (ended || isWorthSaving(before.job(), after.job())) {
      effects.add(new Effect.Save(after));
    }
    if (ended) {
      announce(after, effects);
    }
  }

  /** Presence and progress are not kept on disk: after a restart they are learned anew. */
  private static boolean isWorthSaving(Job before, Job after) {
    return before.status() != after.status()
        || before.seats().entrySet().stream()
            .anyMatch(entry -> {
              Seat seat = after.seats().get(entry.getKey());
              return !entry.getValue().decision().equals(seat.decision())
                  || !entry.getValue().last().equals(seat.last());
            });
  }

  private void announce(JobFile file, List<Effect> effects) {
    for (String party : file.job().envelope().parties()) {
      effects.add(new Effect.Tell(party, over(file.job().id(), Optional.of(file))));
    }
  }

  private void settle(JobId id, String party, List<Effect> effects) {
    Optional<JobFile> file = find(id);
    if (file.isEmpty() || file.get().job().status().isFinal()) {
      effects.add(new Effect.Tell(party, over(id, file)));
    }
  }

  private void remind(String party, JobFile file, List<JobId> running, List<Effect> effects) {
    Seat seat = file.job().seats().get(party);
    if (seat == null) {
      return;
    }
    boolean undecided = !file.job().status().isRunning() && seat.decision().isEmpty();
    if (undecided && !file.job().status().isFinal()) {
      effects.add(
          new Effect.Tell(party, new ControlMessage.Propose(file.manifest(), file.submission())));
    }
    boolean idle = seat.last().isEmpty() && !running.contains(file.job().id());
    if (file.job().status().isRunning() && idle) {
      file.start()
          .ifPresent(start -> effects.add(new Effect.Tell(party, new ControlMessage.Start(start))));
    }
  }

  /** Tells a party that goes on that the job is over. */
  private ControlMessage.ToParty over(JobId id, Optional<JobFile> file) {
    if (file.isEmpty()) {
      return new ControlMessage.Cancel(
          clerk.sign(new CancelDocument(id, "The coordinator does not know this job.")));
    }
    return file.get()
        .cancel()
        .<ControlMessage.ToParty>map(ControlMessage.Cancel::new)
        .orElseGet(() -> outcome(id, file));
  }

  /** How a job ended, or that there is no such job here. */
  private ControlMessage.Settled outcome(JobId id, Optional<JobFile> file) {
    Optional<JobStatus> status = file.map(known -> known.job().status());
    return new ControlMessage.Settled(clerk.sign(new OutcomeDocument(id, status)));
  }

  private static CancelDocument cancelOf(Job job) {
    String reason = job.ending().map(Ending::reason).orElse("The job is over.");
    return new CancelDocument(
        job.id(), reason.substring(0, Math.min(reason.length(), REASON_CHARS_MAX)));
  }

  private void startNext(Instant at, List<Effect> effects) {
    boolean busy = files.values().stream().anyMatch(file -> file.job().status().isRunning());
    if (busy) {
      return;
    }
    // Of equals the first, that is each researcher's oldest.
    files.values().stream()
        .filter(file -> file.job().isReady())
        .min(Comparator.comparingLong(file -> turns.last(file.job().researcher())))
        .ifPresent(file -> begin(file, at, effects));
  }

  private void begin(JobFile file, Instant at, List<Effect> effects) {
    Job job = file.job();
    turns.took(job.researcher());
    StartDocument start =
        new StartDocument(
            job.id(),
            1,
            clerk.sessionId(),
            Papers.sha256(file.manifest()),
            job.planDigest().orElseThrow(),
            job.envelope().parties());
    SignedDocument signed = clerk.sign(start);
    files.put(job.id(), file.withStart(signed));
    apply(job.id(), new JobEvent.Began(at, start), effects);
    for (String party : job.envelope().parties()) {
      effects.add(new Effect.Tell(party, new ControlMessage.Start(signed)));
    }
  }
}
