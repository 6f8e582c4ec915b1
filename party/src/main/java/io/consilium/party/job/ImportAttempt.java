package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.dataplane.HolderUpload;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.node.Site;
import io.consilium.party.plan.ImportPlan;
import io.consilium.party.store.StoreException;
import io.consilium.protocols.ComputeParty;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * This party's part in an import: share the weights, if the network is its own, and keep its
 * shares, if it is one of the three.
 */
final class ImportAttempt {
  private final Site site;
  private final DataPlane dataPlane;
  private final AttemptId id;
  private final ImportPlan plan;
  private final ReportSink progress;
  private final Culprits culprits;

  ImportAttempt(
      Site site, DataPlane dataPlane, AttemptId id, ImportPlan plan, ReportSink progress) {
    this.site = site;
    this.dataPlane = dataPlane;
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
  ReportDocument.Succeeded run() throws AttemptFailed, InterruptedException {
    Instant start = site.clock().instant();
    int index = plan.manifest().computeParties().indexOf(site.name());
    Optional<ComputeParty> role =
        index < 0 ? Optional.empty() : Optional.of(ComputeParty.of(index));
    progress.report(ReportDocument.Progress.sharing(0));
    NetworkTensors tensors =
        new NetworkTensors(id, plan.manifest().owner(), plan.network().shared());
    SequencedMap<String, NetworkTensors> inputs = new LinkedHashMap<>();
    inputs.put(plan.manifest().owner(), tensors);
    role.ifPresent(_ -> dataPlane.inputs().announce(id, plan.dataHolders()));
    try {
      Agreed agreed = new Agreement(site, dataPlane, id, plan, culprits).reach();
      role.ifPresent(self -> dataPlane.inputs().open(id, self, inputs));
      return run(role, agreed, tensors, start);
    } finally {
      dataPlane.inputs().close(id);
      forget();
    }
  }

  private ReportDocument.Succeeded run(
      Optional<ComputeParty> role, Agreed agreed, NetworkTensors tensors, Instant start)
      throws AttemptFailed, InterruptedException {
    try (OwnUpload upload = OwnUpload.start(() -> share(tensors), culprits, site.name())) {
      if (role.isEmpty()) {
        upload.finish();
        return done(start);
      }
      InputsWait wait = new InputsWait(dataPlane.inputs(), id, upload, culprits, site.clock());
      Meeting meeting =
          new Meeting(site, dataPlane, id, plan.manifest().computeParties(), role.get());
      return new NetworkStoring(site, id, plan, agreed, meeting, tensors, culprits)
          .run(wait, start);
    }
  }

  /** A party that only brings the network does not know the model's version. */
  private ReportDocument.Succeeded done(Instant start) {
    double seconds = Duration.between(start, site.clock().instant()).toMillis() / 1000.0;
    return new ReportDocument.Succeeded(
        new ReportDocument.ModelName(plan.name(), "shared"), 0, 0, seconds);
  }

  private Void share(NetworkTensors tensors) throws AttemptFailed, IOException {
    if (!plan.isOf(site.name())) {
      return null;
    }
    ImportManifest manifest = plan.manifest();
    List<long[]> codes = prepared();
    try (HolderUpload upload =
        HolderUpload.begin(
            site.identity(),
            dataPlane.dialer(),
            dataPlane.inputs(),
            id,
            dataPlane.addresses(manifest.computeParties()),
            tensors.rows())) {
      for (int i = 0; i < codes.size(); i++) {
        upload.send(List.of(tensors.share(i, codes.get(i), site.random())));
      }
      upload.finish();
    }
    return null;
  }

  private List<long[]> prepared() throws AttemptFailed, IOException {
    try {
      return new PreparedImports(site.store()).read(plan.name(), plan.document());
    } catch (StoreException e) {
      throw new AttemptFailed(
          FailureKind.BAD_DATA,
          "reading the network",
          "The weights of "
              + plan.name()
              + " are not in the state directory of "
              + site.name()
              + " any more: import it again.",
          Optional.of(site.name()),
          e);
    }
  }

  private void forget() throws InterruptedException, AttemptFailed {
    if (plan.isOf(site.name())) {
      try {
        new PreparedImports(site.store()).forget(plan.name(), plan.document());
      } catch (IOException e) {
        throw culprits.stateFailure("ending", e);
      }
    }
  }
}
