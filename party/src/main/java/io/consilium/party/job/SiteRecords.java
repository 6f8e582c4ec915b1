package io.consilium.party.job;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.encoding.RangeUse;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.split.Split;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import io.consilium.party.dataplane.InputRows;
import io.consilium.party.manifest.Manifest;
import java.util.Arrays;
import java.util.List;

/** This site's records of a job, divided. In the clear: they stay inside this process. */
public final class SiteRecords {
  /** Encoded numbers that are looked at for ranges: 32 MiB. */
  private static final int LOOKED_AT_MAX = 1 << 22;

  private final DataTable table;
  private final int[] training;
  private final int[] validation;
  private final FeatureEncoder encoder;

  private SiteRecords(DataTable table, Split split, FeatureEncoder encoder) {
    this.table = table;
    this.training = split.train();
    this.validation = split.test();
    this.encoder = encoder;
  }

  /**
   * Reads, checks and divides the records.
   *
   * @throws DatasetException with row, column and reason if a record does not fit the schema
   */
  public static SiteRecords read(SiteDatasets datasets, Manifest manifest, String site)
      throws DatasetException {
    return of(table(datasets, manifest), manifest, site);
  }

  /**
   * Divides records that fit the schema.
   *
   * @throws DatasetException if none is for training
   */
  public static SiteRecords of(DataTable table, Manifest manifest, String site)
      throws DatasetException {
    Split split = manifest.split().divide(table, site);
    return new SiteRecords(table, split, new FeatureEncoder(manifest.schema()));
  }

  /** The site's records as they fit the study's schema. */
  static DataTable table(SiteDatasets datasets, Manifest manifest) throws DatasetException {
    return datasets.dataset(manifest.dataset()).read(manifest.schema(), Purpose.TRAINING);
  }

  public InputRows rows() {
    return new InputRows(training.length, validation.length);
  }

  /** Encodes the training records [from, to); whoever has shared them wipes them. */
  public EncodedTable training(int from, int to) {
    return encoder.encode(table.select(Arrays.copyOfRange(training, from, to)));
  }

  /** Encodes the validation records [from, to). */
  public EncodedTable validation(int from, int to) {
    return encoder.encode(table.select(Arrays.copyOfRange(validation, from, to)));
  }

  /**
   * Numbers that use little of their declared range among the first training records; for those who
   * may see them.
   */
  public List<RangeUse> narrowRanges() {
    int most = Math.max(1, LOOKED_AT_MAX / encoder.layout().size());
    return RangeUse.narrow(training(0, Math.min(training.length, most)));
  }

  EncodedTable encode(SharedBlock block) {
    return switch (block.part()) {
      case TRAINING -> training(block.rows().from(), block.rows().to());
      case VALIDATION -> validation(block.rows().from(), block.rows().to());
    };
  }

  @Override
  public String toString() {
    return "SiteRecords[***]";
  }
}
