package io.consilium.party.policy;

import io.consilium.datasets.split.PartSizes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What this site has declared about the data set of a job. Nothing of it comes from a record: the
 * rules about data are applied before any is read.
 */
public sealed interface OwnData {

  /** This site brings no records to the job. */
  record None() implements OwnData {}

  /** There is no such data set here, or none that studies may use. */
  record Unknown() implements OwnData {}

  /**
   * There is one.
   *
   * @param refusedColumns columns of the study that are not admitted as its schema has them
   * @param parts the fewest records of each part; empty if the declaration does not say them
   * @param folds of a cross-validation
   */
  record Declared(List<String> refusedColumns, Optional<PartSizes> parts, OptionalInt folds)
      implements OwnData {
    /** Copies the list. */
    public Declared {
      refusedColumns = List.copyOf(refusedColumns);
    }
  }
}
