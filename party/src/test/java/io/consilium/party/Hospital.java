package io.consilium.party;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.link.PartyReplies;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.job.JobDesk;
import io.consilium.party.node.Site;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A hospital's node without its control plane: the test says what the coordinator says. Its data
 * plane, jobs, policy and files are the real ones.
 */
final class Hospital implements AutoCloseable {
  private static final int WAIT_SECONDS_MAX = 120;

  final Site site;
  final DataPlane dataPlane;
  final JobDesk desk;
  private final Line line = new Line();

  private Hospital(Site site) {
    this.site = site;
    this.dataPlane = new DataPlane(site.identity(), site.consortium());
    this.desk = new JobDesk(site, line, dataPlane);
  }

  static Hospital open(TestConsortium consortium, String name, Clock clock) throws Exception {
    Hospital hospital = new Hospital(Site.open(PartyConfig.load(consortium.config(name)), clock));
    hospital.dataPlane.listen(
        Optional.empty(),
        (connection, _, _) -> connection.close(),
        (connection, _, _) -> connection.close(),
        refusal -> {});
    return hospital;
  }

  static Hospital open(TestConsortium consortium, String name) throws Exception {
    return open(consortium, name, Clock.systemUTC());
  }

  String name() {
    return site.name();
  }

  VerdictDocument.Decision verdict() throws InterruptedException {
    return next(line.verdicts);
  }

  String accepted() throws InterruptedException {
    VerdictDocument.Decision decision = verdict();
    if (decision instanceof VerdictDocument.Accepted accepted) {
      return accepted.planDigest();
    }
    throw new AssertionError(name() + " did not accept: " + decision);
  }

  VerdictDocument.Refused refused() throws InterruptedException {
    return (VerdictDocument.Refused) verdict();
  }

  /** Returns when it has begun an attempt. */
  void untilAtWork() throws InterruptedException {
    ReportDocument.Content content = next(line.reports);
    if (!(content instanceof ReportDocument.Progress)) {
      throw new AssertionError(name() + " does not work: " + content);
    }
  }

  /** Its last word on the attempt. */
  ReportDocument.Content lastWord() throws InterruptedException {
    ReportDocument.Content content = next(line.reports);
    while (content instanceof ReportDocument.Progress) {
      content = next(line.reports);
    }
    return content;
  }

  ReportDocument.Failed failure() throws InterruptedException {
    ReportDocument.Content last = lastWord();
    if (last instanceof ReportDocument.Failed failed) {
      return failed;
    }
    throw new AssertionError(name() + " did not fail: " + last);
  }

  /** What its audit log says of an action, with all details. */
  List<String> audit(String action) throws Exception {
    try (var lines = Files.lines(site.state().resolve("audit.jsonl"))) {
      return lines.filter(line -> line.contains("\"" + action + "\"")).toList();
    }
  }

  private <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T element = queue.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    if (element == null) {
      throw new AssertionError(name() + " said nothing for " + WAIT_SECONDS_MAX + " s");
    }
    return element;
  }

  @Override
  public void close() throws Exception {
    desk.close();
    dataPlane.close();
    site.close();
  }

  /** Hears what the hospital says. */
  private static final class Line implements PartyReplies {
    final BlockingQueue<VerdictDocument.Decision> verdicts = new LinkedBlockingQueue<>();
    final BlockingQueue<ReportDocument.Content> reports = new LinkedBlockingQueue<>();

    @Override
    public void decide(JobId id, VerdictDocument.Decision decision) {
      verdicts.add(decision);
    }

    @Override
    public boolean canSealResults(JobId id) {
      return true;
    }

    @Override
    public void report(
        JobId id, int attempt, ReportDocument.Content content, Optional<Results> results) {
      reports.add(content);
    }
  }
}
