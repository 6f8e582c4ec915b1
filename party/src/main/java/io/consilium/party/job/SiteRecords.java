package io.consilium.party.job;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.encoding.RangeUse;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.split.PartSizes;
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
   * Reads, checks and divides the records of a data set, as a node does for a job.
   *
   * @throws DatasetException with row, column and reason if a record is not as the site declares,
   *     or the study is not admitted; for the people of the site only
   */
  public static SiteRecords read(Dataset dataset, Manifest manifest, String site)
      throws DatasetException {
    return of(table(dataset, manifest), manifest, site);
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

  /**
   * The site's records as they fit the study's schema. A data set that declares nothing, such as
   * one for a rehearsal, is read by that schema itself.
   */
  public static DataTable table(Dataset dataset, Manifest manifest) throws DatasetException {
    if (dataset.admission().isEmpty()) {
      return dataset.read(manifest.schema(), Purpose.TRAINING);
    }
    List<String> refused = dataset.admission().get().columns().refused(manifest.schema());
    if (!refused.isEmpty()) {
      throw new InvalidDefinitionException(
          "data set " + dataset.name() + ": admits.columns",
          "does not admit these columns as the schema has them: " + String.join(", ", refused));
    }
    return dataset.records().fit(manifest.schema()).table();
  }

  /** Records of both parts. */
  public int total() {
    return table.rows();
  }

  PartSizes parts() {
    return new PartSizes(training.length, validation.length);
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
