package io.consilium.party.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import io.consilium.coordinator.link.PartyReplies;
import io.consilium.party.Enrolled;
import io.consilium.party.approval.ApprovalDesk;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.node.Site;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One hospital of four with all its files, and everything that it says to the coordinator. The
 * others are not there.
 */
final class LoneSite implements AutoCloseable {
  static final List<String> PARTIES =
      List.of("hospital-a", "hospital-b", "hospital-c", "hospital-d");

  /** It brings records only. */
  static final List<String> COMPUTE_PARTIES = PARTIES.subList(1, 4);

  private static final long PATIENCE_SECONDS = 120;
  private static final long POLL_MILLIS = 20;

  private final Path home;
  private final Site site;
  private final DataPlane dataPlane;
  private final JobDesk desk;
  private final SecureRandom random = new SecureRandom();
  private final BlockingQueue<VerdictDocument.Decision> verdicts = new LinkedBlockingQueue<>();
  private final BlockingQueue<ReportDocument.Content> ends = new LinkedBlockingQueue<>();
  private final StringBuffer said = new StringBuffer();

  /**
   * Opens a site.
   *
   * @param approval auto or manual
   * @param policy lines to add
   */
  LoneSite(Path directory, String datasets, String approval, String policy) throws Exception {
    home = Files.createDirectories(directory);
    Path identity = home.resolve("party-hospital-a");
    if (!Files.exists(identity)) {
      identity = new Enrolled(home).directory(Principal.party("hospital-a"));
    }
    Files.writeString(
        home.resolve("consortium.yaml"),
        """
        consortium: heart-study
        coordinator: {name: coordinator, control: "127.0.0.1:1", api: "127.0.0.1:2"}
        parties:
          - {name: hospital-a, control: "127.0.0.1:3", data: "127.0.0.1:4"}
          - {name: hospital-b, control: "127.0.0.1:5", data: "127.0.0.1:6"}
          - {name: hospital-c, control: "127.0.0.1:7", data: "127.0.0.1:8"}
          - {name: hospital-d, control: "127.0.0.1:9", data: "127.0.0.1:10"}
        """);
    Files.writeString(home.resolve("datasets.yaml"), datasets);
    Files.writeString(
        home.resolve("policy.yaml"),
        """
        submitters: [anna]
        approval: %s
        models: [logistic]
        datasets: [study]
        suites: [rep3]
        minParties: 3
        minRows: 5
        maxEpochs: 100
        serving: {allowed: true, clients: [clinic], rowsPerDayPerClient: 100}
        disclose: {rowCounts: parties, loss: researcher, accuracy: researcher, prediction: client}
        """
                .formatted(approval)
            + policy);
    Files.writeString(
        home.resolve("party.yaml"),
        "identity: "
            + identity.getFileName()
            + "\nconsortium: consortium.yaml\nstate: state\ndatasets: datasets.yaml\n"
            + "policy: policy.yaml\n");
    site = Site.open(PartyConfig.load(home.resolve("party.yaml")), Clock.systemUTC());
    dataPlane = new DataPlane(site.identity(), site.consortium());
    desk =
        new JobDesk(
            site,
            new PartyReplies() {
              @Override
              public void decide(JobId id, VerdictDocument.Decision decision) {
                say(new VerdictDocument(id, site.name(), decision));
                verdicts.add(decision);
              }

              @Override
              public boolean canSealResults(JobId id) {
                return true;
              }

              @Override
              public void report(
                  JobId id,
                  int attempt,
                  ReportDocument.Content content,
                  Optional<Results> results) {
                say(new ReportDocument(id, attempt, site.name(), 1, content));
                if (!(content instanceof ReportDocument.Progress)) {
                  ends.add(content);
                }
              }
            },
            dataPlane);
  }

  private void say(Object document) {
    said.append(new String(Json.bytes(document), StandardCharsets.UTF_8)).append('\n');
  }

  Site site() {
    return site;
  }

  Path home() {
    return home;
  }

  /** A proposal that was answered. */
  record Answered(JobId id, VerdictDocument.Decision verdict) {
    boolean accepted() {
      return verdict instanceof VerdictDocument.Accepted;
    }

    String reason() {
      return ((VerdictDocument.Refused) verdict).reason();
    }
  }

  Answered propose(ObjectNode manifest) throws InterruptedException {
    return propose(manifest, "anna");
  }

  Answered propose(ObjectNode manifest, String researcher) throws InterruptedException {
    JobId id = JobId.random(random);
    byte[] nothing = new byte[0];
    // Whoever calls the desk has verified the signatures.
    SignedDocument signed = new SignedDocument("manifest", Json.bytes(manifest), nothing, nothing);
    desk.proposed(
        new SubmissionDocument(id, Papers.sha256(signed), site.clock().instant()),
        signed,
        new Principal(Role.RESEARCHER, researcher));
    return next(id);
  }

  /** The officer agrees. */
  Answered approve(Answered pending) throws Exception {
    ApprovalDesk officer = new ApprovalDesk(site.state(), site.clock());
    officer.answer(officer.find(pending.id().value()), true, "", site.identity());
    return next(pending.id());
  }

  private Answered next(JobId id) throws InterruptedException {
    VerdictDocument.Decision verdict = verdicts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (verdict == null) {
      throw new AssertionError("no verdict");
    }
    return new Answered(id, verdict);
  }

  /** Begins an attempt, and stops it when it has taken its records: nobody else is there. */
  void share(Answered job) throws Exception {
    begin(job);
    Instant patience = Instant.now().plusSeconds(PATIENCE_SECONDS);
    while (left()
        .lines()
        .noneMatch(line -> line.contains("records.released") && line.contains(job.id().value()))) {
      if (Instant.now().isAfter(patience)) {
        throw new AssertionError("no records were taken");
      }
      Thread.sleep(POLL_MILLIS);
    }
    cancel(job);
    end();
  }

  /** Begins an attempt that cannot share its records, and waits for its end. */
  ReportDocument.Failed start(Answered job) throws InterruptedException {
    begin(job);
    return (ReportDocument.Failed) end();
  }

  private void begin(Answered job) {
    desk.started(
        new StartDocument(
            job.id(),
            1,
            "00".repeat(16),
            "00".repeat(32),
            ((VerdictDocument.Accepted) job.verdict()).planDigest(),
            PARTIES));
  }

  private ReportDocument.Content end() throws InterruptedException {
    ReportDocument.Content end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("no report");
    }
    return end;
  }

  void cancel(Answered job) {
    desk.cancelled(job.id(), "enough", new Principal(Role.RESEARCHER, "anna"));
  }

  /** Everything that went to the coordinator, and the audit log. */
  String left() throws Exception {
    return said + Files.readString(home.resolve("state/audit.jsonl"));
  }

  @Override
  public void close() throws Exception {
    desk.close();
    dataPlane.close();
    site.close();
  }
}
