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
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One hospital of four with all its files, and everything that it says to the coordinator. The
 * others agree with it on the plan of an attempt, and do nothing else.
 */
final class LoneSite implements AutoCloseable {
  static final List<String> PARTIES =
      List.of("hospital-a", "hospital-b", "hospital-c", "hospital-d");

  private static final String NAME = "hospital-a";

  /** Without the site itself, which brings records only. */
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
  private final Map<JobId, Proposed> proposed = new HashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Keep the data planes' ports until these listen. */
  private final List<ServerSocket> held = new ArrayList<>();

  private final List<AgreeingParty> peers = new ArrayList<>();
  private final List<Future<?>> atWork = new ArrayList<>();

  /** Done when the attempt is over here. */
  private CompletableFuture<Void> over = new CompletableFuture<>();

  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  /**
   * Opens a site.
   *
   * @param approval auto or manual
   * @param policy lines to add
   */
  LoneSite(Path directory, String datasets, String approval, String policy) throws Exception {
    home = Files.createDirectories(directory);
    if (!Files.exists(home.resolve("party-" + NAME))) {
      Enrolled enrolled = new Enrolled(home);
      for (String party : PARTIES) {
        enrolled.directory(Principal.party(party));
      }
    }
    Files.writeString(home.resolve("consortium.yaml"), consortium());
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
    Path file = partyFile(NAME, "state", "datasets: datasets.yaml\n");
    site = Site.open(PartyConfig.load(file), Clock.systemUTC());
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

  /** With a free port for each data plane. */
  private String consortium() throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            consortium: heart-study
            coordinator: {name: coordinator, control: "127.0.0.1:1", api: "127.0.0.1:2"}
            parties:
            """);
    for (String party : PARTIES) {
      ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(port);
      yaml.append(
          "  - {name: %s, control: \"127.0.0.1:%d\", data: \"127.0.0.1:%d\"}\n"
              .formatted(party, 2 + held.size(), port.getLocalPort()));
    }
    return yaml.toString();
  }

  private Path partyFile(String party, String state, String data) throws IOException {
    return Files.writeString(
        home.resolve(party + ".yaml"),
        "identity: party-%s\nconsortium: consortium.yaml\nstate: %s\npolicy: policy.yaml\n"
                .formatted(party, state)
            + data);
  }

  private void say(Object document) {
    said.add(new String(Json.bytes(document), StandardCharsets.UTF_8) + "\n");
  }

  Site site() {
    return site;
  }

  Path home() {
    return home;
  }

  /** What every party of a job is shown. */
  private record Proposed(SignedDocument manifest, Principal author) {}

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
    Principal author = new Principal(Role.RESEARCHER, researcher);
    proposed.put(id, new Proposed(signed, author));
    desk.proposed(
        new SubmissionDocument(id, Papers.sha256(signed), site.clock().instant()), signed, author);
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

  /** Begins an attempt, and stops it when it has taken its records: nobody takes its shares. */
  void share(Answered job) throws Exception {
    begin(job);
    Instant patience = Instant.now().plusSeconds(PATIENCE_SECONDS);
    while (left()
        .lines()
        .noneMatch(line -> line.contains("records.released") && line.contains(job.id().value()))) {
      if (!ends.isEmpty() || Instant.now().isAfter(patience)) {
        throw new AssertionError("no records were taken: " + ends);
      }
      Thread.sleep(POLL_MILLIS);
    }
    cancel(job);
    end();
  }

  /** Begins an attempt that cannot share its records, and waits for its end. */
  ReportDocument.Failed start(Answered job) throws Exception {
    begin(job);
    return (ReportDocument.Failed) end();
  }

  private void begin(Answered job) throws Exception {
    if (peers.isEmpty()) {
      meetPeers();
    }
    StartDocument start =
        new StartDocument(
            job.id(),
            1,
            "00".repeat(16),
            "00".repeat(32),
            ((VerdictDocument.Accepted) job.verdict()).planDigest(),
            PARTIES);
    Proposed shown = proposed.get(job.id());
    over = new CompletableFuture<>();
    for (AgreeingParty peer : peers) {
      atWork.add(
          threads.submit(() -> peer.takePart(start, shown.manifest(), shown.author(), over)));
    }
    desk.started(start);
  }

  /** From now on all four can reach each other. */
  private void meetPeers() throws Exception {
    letGoOfPorts();
    AgreeingParty.listen(dataPlane);
    for (String party : COMPUTE_PARTIES) {
      peers.add(AgreeingParty.open(partyFile(party, "state-" + party, "")));
    }
  }

  private void letGoOfPorts() throws IOException {
    for (ServerSocket port : held) {
      port.close();
    }
  }

  /** The end of an attempt on whose plan all parties have agreed. */
  private ReportDocument.Content end() throws Exception {
    ReportDocument.Content end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("no report");
    }
    over.complete(null);
    for (Future<?> peer : atWork) {
      try {
        peer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError("a peer does not agree; the site's report is " + end, e);
      }
    }
    atWork.clear();
    return end;
  }

  void cancel(Answered job) {
    desk.cancelled(job.id(), "enough", new Principal(Role.RESEARCHER, "anna"));
  }

  /** Everything that went to the coordinator, and the audit log. */
  String left() throws Exception {
    return String.join("", said) + Files.readString(home.resolve("state/audit.jsonl"));
  }

  @Override
  public void close() throws Exception {
    desk.close();
    threads.shutdownNow();
    threads.close();
    for (AgreeingParty peer : peers) {
      peer.close();
    }
    letGoOfPorts();
    dataPlane.close();
    site.close();
  }
}
