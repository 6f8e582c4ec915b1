package io.consilium.party.demo;

import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.encoding.FeatureEncoder;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.split.Split;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import java.math.BigDecimal;
import java.nio.file.Path;

/**
 * One hospital's records, in the clear. Only the demo can have this: it plays every hospital, and
 * it reads the records again to check the secure training against one in the clear.
 */
final class Holding {

  private final String hospital;
  private final Study study;
  private final DataTable records;

  private Holding(String hospital, Study study, DataTable records) {
    this.hospital = hospital;
    this.study = study;
    this.records = records;
  }

  /** Reads the records as the hospital's own node does. */
  static Holding read(Study study, String hospital, Path datasets)
      throws InvalidDefinitionException, DatasetException {
    DataTable records =
        SiteDatasets.load(datasets).dataset(study.dataset()).read(study.schema(), Purpose.TRAINING);
    return new Holding(hospital, study, records);
  }

  String hospital() {
    return hospital;
  }

  int rows() {
    return records.rows();
  }

  /** The two parts that this seed divides the records into. */
  Parts parts(long seed) {
    BigDecimal fraction = study.settings().path("split").path("train").decimalValue();
    boolean stratified = study.settings().path("split").path("stratified").asBoolean(true);
    Split split = Split.of(records, fraction, seed, hospital, stratified);
    FeatureEncoder encoder = new FeatureEncoder(study.schema());
    DataTable test = records.select(split.test());
    return new Parts(
        hospital, encoder.encode(records.select(split.train())), encoder.encode(test), test);
  }

  /**
   * Training and test records.
   *
   * @param testRecords the test records in original units
   */
  record Parts(String hospital, EncodedTable train, EncodedTable test, DataTable testRecords) {}

  @Override
  public String toString() {
    return "Holding[" + hospital + ", " + records.rows() + " rows]";
  }
}
