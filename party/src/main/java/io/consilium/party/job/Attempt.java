package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.datasets.DatasetException;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.dataplane.HolderUpload;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.node.Site;
import io.consilium.party.plan.JobPlan;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.ConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * This party's part in one attempt: share the records, if it has some, and compute, if it is one of
 * the three. Both at the same time, since the others wait for the records while they connect.
 */
final class Attempt {
  private final Site site;
  private final DataPlane dataPlane;
  private final AttemptId id;
  private final JobPlan plan;
  private final ReportSink progress;
  private final Culprits culprits;

  Attempt(Site site, DataPlane dataPlane, AttemptId id, JobPlan plan, ReportSink progress) {
    this.site = site;
    this.dataPlane = dataPlane;
    this.id = id;
    this.plan = plan;
    this.progress = progress;
    this.culprits = new Culprits(plan.manifest(), site.name());
  }

  /**
   * Runs until this party's part is done.
   *
   * @throws InterruptedException if the job was cancelled or the node stops
   */
  ReportDocument.Succeeded run() throws AttemptFailed, InterruptedException {
    Instant start = site.clock().instant();
    Manifest manifest = plan.manifest();
    int index = manifest.computeParties().indexOf(site.name());
    Optional<ComputeParty> role =
        index < 0 ? Optional.empty() : Optional.of(ComputeParty.of(index));
    progress.report(sharing(0));
    role.ifPresent(self -> dataPlane.inputs().open(id, self, manifest.dataHolders()));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> upload = threads.submit(this::shareRecords);
      try {
        if (role.isEmpty()) {
          finish(upload);
          return done(start);
        }
        return new Computation(site, dataPlane, id, plan, role.get(), progress, culprits)
            .run(() -> finish(upload), start);
      } finally {
        upload.cancel(true);
      }
    } finally {
      dataPlane.inputs().close(id);
    }
  }

  private static ReportDocument.Progress sharing(long bytesSent) {
    return new ReportDocument.Progress(
        ReportDocument.Phase.SHARING, 0, 0, 0, 0, 0, bytesSent, 0, List.of());
  }

  /** A party that only brings records does not know the model's version. */
  private ReportDocument.Succeeded done(Instant start) {
    double seconds = Duration.between(start, site.clock().instant()).toMillis() / 1000.0;
    return new ReportDocument.Succeeded(
        List.of(), new ReportDocument.ModelName(plan.manifest().name(), "shared"), 0, 0, seconds);
  }

  private Void shareRecords() throws DatasetException, ConnectionException {
    if (!plan.manifest().dataHolders().contains(site.name())) {
      return null;
    }
    SiteRecords records =
        SiteRecords.read(site.datasets().orElseThrow(), plan.manifest(), site.name());
    try {
      List<HolderShares> shares =
          SharedParts.share(id, site.name(), records, plan.program().model(), site.random());
      new HolderUpload(site.identity(), dataPlane.dialer(), dataPlane.inputs())
          .send(id, dataPlane.addresses(plan.manifest().computeParties()), shares);
    } finally {
      records.wipe();
    }
    return null;
  }

  /** Waits for the upload and says why it failed. */
  private void finish(Future<?> upload) throws AttemptFailed, InterruptedException {
    try {
      upload.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case DatasetException bad ->
            throw new AttemptFailed(
                FailureKind.BAD_DATA,
                "reading records",
                bad.getMessage(),
                Optional.of(site.name()),
                bad);
        case ConnectionException lost -> throw culprits.failure("sharing records", lost);
        case null, default -> throw new IllegalStateException("the upload failed", e.getCause());
      }
    }
  }
}
