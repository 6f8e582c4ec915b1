package io.consilium.party.job;

import io.consilium.coordinator.contract.JobId;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.split.PartSizes;
import io.consilium.datasets.table.DataTable;
import io.consilium.party.node.Site;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.policy.RowBounds;
import io.consilium.party.policy.SitePolicy;
import io.consilium.party.release.Release;
import io.consilium.party.release.ReleaseLedger;
import io.consilium.party.release.ReleaseLimits;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads this site's records for a job that its rules admit. The only place of a running node where
 * a message about data is seen: it is written to the site's log under a reference, and {@link
 * RecordsRefused} leaves with the reference alone.
 *
 * <p>Whether the records do is a fact about the data set and what the site has declared of it. The
 * study's own bounds refuse nothing: a value beyond them becomes the nearest one. So a researcher
 * who tries bound after bound gets the same answer each time.
 */
final class OwnRecords {
  private static final Logger LOG = LoggerFactory.getLogger(OwnRecords.class);

  private final Site site;
  private final ReleaseLedger ledger;
  private final CheckedData checked = new CheckedData();

  OwnRecords(Site site, ReleaseLedger ledger) {
    this.site = site;
    this.ledger = ledger;
  }

  /**
   * Looks whether the records would do, and keeps nothing of them. As long as their files are the
   * same, one look does for all jobs.
   *
   * @throws IOException if the record of earlier jobs cannot be read
   */
  void check(JobPlan plan, JobId job) throws RecordsRefused, IOException {
    if (plan.manifest().dataHolders().contains(site.name())) {
      PartSizes parts = partsOf(plan, job);
      requireEnough(plan, job, parts);
      if (!ledger.admits(plan.manifest().dataset(), release(plan, job, parts), limits())) {
        throw refused(RecordsRefused.Why.RELEASED, job, "the limits of the policy are reached");
      }
    }
  }

  /**
   * Reads the records to share them, and notes the job before anything of it leaves. The data may
   * have changed since they were checked.
   *
   * @throws IOException if the job cannot be noted
   */
  SiteRecords take(JobPlan plan, JobId job) throws RecordsRefused, IOException {
    SiteRecords records = read(plan, job);
    String dataset = plan.manifest().dataset();
    requireEnough(plan, job, records.parts());
    Release release = release(plan, job, records.parts());
    if (!ledger.claim(dataset, release, limits())) {
      throw refused(RecordsRefused.Why.RELEASED, job, "the limits of the policy are reached");
    }
    site.note(
        site.identity().principal().toString(),
        "records.released",
        job.value(),
        Map.of(
            "dataset", dataset,
            "split", release.split(),
            "records", Integer.toString(release.records())));
    return records;
  }

  private PartSizes partsOf(JobPlan plan, JobId job) throws RecordsRefused {
    // Taken before the files are read: if they change meanwhile, they are read again next time.
    Optional<String> version = dataset(plan, job).version();
    Optional<PartSizes> known = version.flatMap(same -> checked.parts(plan.manifest(), same));
    if (known.isPresent()) {
      return known.get();
    }
    PartSizes parts = read(plan, job).parts();
    version.ifPresent(same -> checked.add(plan.manifest(), same, parts));
    return parts;
  }

  private Dataset dataset(JobPlan plan, JobId job) throws RecordsRefused {
    Optional<Dataset> dataset = site.datasets().flatMap(all -> all.find(plan.manifest().dataset()));
    if (dataset.flatMap(Dataset::admission).isEmpty()) {
      throw refused(RecordsRefused.Why.UNUSABLE, job, "the data set is not there any more");
    }
    return dataset.get();
  }

  private SiteRecords read(JobPlan plan, JobId job) throws RecordsRefused {
    try {
      DataTable.Fitted fitted = dataset(plan, job).records().fit(plan.manifest().schema());
      fitted
          .clamped()
          .forEach((column, values) ->
              LOG.info(
                  "Job {}: {} values of the column {} are outside of the study's range and count as"
                      + " the nearest bound.",
                  job,
                  values,
                  column));
      return SiteRecords.of(fitted.table(), plan.manifest(), site.name());
    } catch (DatasetException e) {
      throw refused(RecordsRefused.Why.UNUSABLE, job, e.getMessage());
    }
  }

  private void requireEnough(JobPlan plan, JobId job, PartSizes parts) throws RecordsRefused {
    RowBounds bounds = new RowBounds(site.policy().minRows(), plan.folds());
    if (!bounds.admits(parts)) {
      throw refused(
          RecordsRefused.Why.UNUSABLE,
          job,
          "there are "
              + parts.training()
              + " records for training and "
              + parts.validation()
              + " for validation; minRows of the policy is "
              + site.policy().minRows());
    }
  }

  private RecordsRefused refused(RecordsRefused.Why why, JobId job, String detail) {
    Reference reference = Reference.draw(site.random());
    LOG.warn("Reference {}, job {}: {}", reference, job, detail);
    return new RecordsRefused(why, reference);
  }

  private Release release(JobPlan plan, JobId job, PartSizes parts) {
    return new Release(
        job.value(), plan.division(), parts.total(), site.clock().instant().toString());
  }

  private ReleaseLimits limits() {
    SitePolicy policy = site.policy();
    return new ReleaseLimits(policy.releasesMax(), policy.splitsMax(), policy.minRows());
  }
}
