package io.consilium.party.job;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.split.Split;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import io.consilium.party.manifest.Manifest;
import java.util.Optional;

/**
 * This site's records of a job, encoded and divided. In the clear: it stays inside this process.
 *
 * @param validation none if no record is left for it
 */
public record SiteRecords(EncodedTable training, Optional<EncodedTable> validation) {

  /**
   * Reads, checks, divides and encodes the records.
   *
   * @throws DatasetException with row, column and reason if a record does not fit the schema
   */
  public static SiteRecords read(SiteDatasets datasets, Manifest manifest, String site)
      throws DatasetException {
    return of(table(datasets, manifest), manifest, site);
  }

  /** Divides and encodes records that fit the schema. */
  public static SiteRecords of(DataTable table, Manifest manifest, String site) {
    Split split =
        Split.of(
            table,
            manifest.split().train(),
            manifest.split().seed(),
            site,
            manifest.split().stratified());
    FeatureEncoder encoder = new FeatureEncoder(manifest.schema());
    int[] test = split.test();
    return new SiteRecords(
        encoder.encode(table.select(split.train())),
        test.length == 0 ? Optional.empty() : Optional.of(encoder.encode(table.select(test))));
  }

  /** The site's records as they fit the study's schema. */
  static DataTable table(SiteDatasets datasets, Manifest manifest) throws DatasetException {
    return datasets.dataset(manifest.dataset()).read(manifest.schema(), Purpose.TRAINING);
  }

  void wipe() {
    training.wipe();
    validation.ifPresent(EncodedTable::wipe);
  }

  @Override
  public String toString() {
    return "SiteRecords[***]";
  }
}
