package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.dataplane.HolderUpload;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.node.Site;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.store.Scratch;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderShares;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * This party's part in one attempt: share the records, if it has some, and compute, if it is one of
 * the three. Both at the same time, since the others wait for the records while they connect.
 */
final class Attempt {
  /** How often the researcher hears of a long upload. */
  private static final Duration REPORT_PAUSE = Duration.ofSeconds(1);

  private final Site site;
  private final DataPlane dataPlane;
  private final OwnRecords ownRecords;
  private final AttemptId id;
  private final JobPlan plan;
  private final ReportSink progress;
  private final Culprits culprits;

  Attempt(
      Site site,
      DataPlane dataPlane,
      OwnRecords ownRecords,
      AttemptId id,
      JobPlan plan,
      ReportSink progress) {
    this.site = site;
    this.dataPlane = dataPlane;
    this.ownRecords = ownRecords;
    this.id = id;
    this.plan = plan;
    this.progress = progress;
    this.culprits =
        new Culprits(plan.manifest().parties(), plan.manifest().computeParties(), site.name());
  }

  /**
   * Runs until this party's part is done.
   *
   * @throws InterruptedException if the job was cancelled or the node stops
   */
  Outcome run() throws AttemptFailed, InterruptedException {
    Instant start = site.clock().instant();
    Manifest manifest = plan.manifest();
    int index = manifest.computeParties().indexOf(site.name());
    Optional<ComputeParty> role =
        index < 0 ? Optional.empty() : Optional.of(ComputeParty.of(index));
    progress.report(sharing());
    Scratch scratch = Scratch.of(site.state(), id.session().toString(), site.random());
    try (ShareSpace space =
        new ShareSpace(scratch, ShareSpace.memoryBytes(), ShareSpace.diskBytes(scratch))) {
      return run(role, space, start);
    } catch (IOException e) {
      throw culprits.stateFailure("ending", e);
    }
  }

  private Outcome run(Optional<ComputeParty> role, ShareSpace space, Instant start)
      throws AttemptFailed, InterruptedException {
    // Announced before the others hold this party's acceptance: from then on holders may come.
    role.ifPresent(_ -> dataPlane.inputs().announce(id, plan.dataHolders()));
    try {
      Agreed agreed = new Agreement(site, dataPlane, id, plan, culprits).reach();
      return run(role, agreed, space, start);
    } finally {
      dataPlane.inputs().close(id);
    }
  }

  private Outcome run(Optional<ComputeParty> role, Agreed agreed, ShareSpace space, Instant start)
      throws AttemptFailed, InterruptedException {
    SequencedMap<String, HolderRows> inputs = new LinkedHashMap<>();
    RowLimit limit = new RowLimit();
    for (String holder : plan.dataHolders()) {
      inputs.put(holder, new HolderRows(SharedTensors.of(id, plan, holder), limit, space));
    }
    role.ifPresent(self -> dataPlane.inputs().open(id, self, inputs));
    try (OwnUpload upload = OwnUpload.start(this::shareRecords, culprits, site.name())) {
      if (role.isEmpty()) {
        upload.finish();
        return done(start);
      }
      InputsWait wait = new InputsWait(dataPlane.inputs(), id, upload, culprits, site.clock());
      return new Computation(
              site, dataPlane, id, plan, role.get(), agreed, progress, culprits, inputs, space)
          .run(wait, start);
    }
  }

  /** Without the bytes: how many there are shows the number of records, which is not for all. */
  private static ReportDocument.Progress sharing() {
    return ReportDocument.Progress.sharing(0);
  }

  /** A party that only brings records does not know the model's version. */
  private Outcome done(Instant start) {
    double seconds = Duration.between(start, site.clock().instant()).toMillis() / 1000.0;
    return Outcome.without(
        new ReportDocument.Succeeded(
            new ReportDocument.ModelName(plan.manifest().name(), "shared"), 0, 0, seconds));
  }

  private Void shareRecords() throws RecordsRefused, IOException {
    if (!plan.manifest().dataHolders().contains(site.name())) {
      return null;
    }
    SiteRecords records = ownRecords.take(plan, id.job());
    SharedTensors tensors = SharedTensors.of(id, plan, site.name());
    Instant reported = site.clock().instant();
    try (HolderUpload upload =
        HolderUpload.begin(
            site.identity(),
            dataPlane.dialer(),
            dataPlane.inputs(),
            id,
            dataPlane.addresses(plan.manifest().computeParties()),
            records.rows())) {
      for (SharedBlock block :
          SharedBlock.of(tensors.site(), records.rows(), tensors.blockRows())) {
        upload.send(share(tensors, block, records));
        if (Duration.between(reported, site.clock().instant()).compareTo(REPORT_PAUSE) > 0) {
          reported = site.clock().instant();
          progress.report(sharing());
        }
      }
      upload.finish();
    }
    return null;
  }

  private List<HolderShares> share(SharedTensors tensors, SharedBlock block, SiteRecords records) {
    EncodedTable encoded = records.encode(block);
    try {
      return tensors.share(block, encoded, site.random());
    } finally {
      encoded.wipe();
    }
  }
}
