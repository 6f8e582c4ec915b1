package io.consilium.coordinator;

import io.consilium.coordinator.cluster.ClusterNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.ReportDocument.Content;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Decision;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.link.CoordinatorLink;
import io.consilium.coordinator.link.PartyListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A party's control plane for real, with a test in the place of its protocol. */
public final class ScriptedParty implements AutoCloseable {

  private static final long WAIT_SECONDS_MAX = 60;

  private final CoordinatorLink link;
  private final BlockingQueue<JobId> proposed = new LinkedBlockingQueue<>();
  private final BlockingQueue<StartDocument> started = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

  public ScriptedParty(TestConsortium consortium, String name) throws Exception {
    link =
        CoordinatorLink.start(
            new ClusterNode.Settings(
                consortium.consortium(),
                consortium.identity(Role.PARTY, name),
                Optional.empty(),
                false),
            self -> new Recorder());
  }

  public JobId proposal() throws InterruptedException {
    return next(proposed);
  }

  public StartDocument start() throws InterruptedException {
    return next(started);
  }

  public String cancellation() throws InterruptedException {
    return next(cancelled);
  }

  public boolean isConnected() {
    return link.isConnected();
  }

  public void accept(JobId id) {
    decide(id, new Accepted("ab".repeat(32)));
  }

  public void decide(JobId id, Decision decision) {
    link.decide(id, decision);
  }

  public void report(JobId id, Content content) {
    link.report(id, 1, content);
  }

  public void report(JobId id, Content content, Results results) {
    link.report(id, 1, content, Optional.of(results));
  }

  @Override
  public void close() {
    link.close();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T element = queue.poll(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
    if (element == null) {
      throw new AssertionError("nothing came within " + WAIT_SECONDS_MAX + " s");
    }
    return element;
  }

  private final class Recorder implements PartyListener {
    @Override
    public void proposed(
        SubmissionDocument submission, SignedDocument manifest, Principal researcher) {
      proposed.add(submission.jobId());
    }

    @Override
    public void started(StartDocument start) {
      started.add(start);
    }

    @Override
    public void cancelled(JobId jobId, String reason, Principal by) {
      cancelled.add(reason);
    }

    @Override
    public void settled(JobId jobId, Optional<JobStatus> outcome) {}

    @Override
    public List<JobId> unsettled() {
      return List.of();
    }
  }
}
