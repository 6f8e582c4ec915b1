package io.consilium.party.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.split.Split;
import io.consilium.datasets.split.SplitRule;
import io.consilium.datasets.study.Study;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import io.consilium.datasets.table.Purpose;
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

  /**
   * The two parts that a manifest divides the records into.
   *
   * @throws DatasetException if it leaves none for one of them
   */
  Parts parts(ObjectNode manifest) throws DatasetException {
    SplitRule rule = SplitRule.parse(DefinitionNode.mapping(manifest, ""), study.schema());
    Split split = rule.divide(records, hospital);
    if (split.test().length == 0) {
      throw new InvalidDataException(
          "records of " + hospital, DataProblem.whole("none is left for validation"));
    }
    return new Parts(hospital, records.select(split.train()), records.select(split.test()));
  }

  /** Training and test records. */
  record Parts(String hospital, DataTable train, DataTable test) {}

  @Override
  public String toString() {
    return "Holding[" + hospital + ", " + records.rows() + " rows]";
  }
}
