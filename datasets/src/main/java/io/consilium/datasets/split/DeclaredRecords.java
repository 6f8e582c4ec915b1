package io.consilium.datasets.split;

import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.util.Optional;
import java.util.Set;

/**
 * How many records a data set has at least, as its site declares. What a study's parts would hold
 * follows from it without reading a record, so that a researcher who tries one split after the
 * other learns this number and not that of the records.
 *
 * @param all records in all
 * @param parts of the two parts that a column divides the records into, if the site says so
 */
public record DeclaredRecords(int all, Optional<PartSizes> parts) {
  /** The key of a declaration: a number, or one for each part. */
  public static final String KEY = "records";

  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final int RECORDS_MAX = Integer.MAX_VALUE / 2;

  /** Records that no column divides. */
  public static DeclaredRecords of(int all) {
    return new DeclaredRecords(all, Optional.empty());
  }

  /**
   * Reads {@code records: 250} or {@code records: {train: 200, validation: 50}}.
   *
   * @throws InvalidDefinitionException with the path of what is wrong
   */
  public static DeclaredRecords parse(DefinitionNode admits) throws InvalidDefinitionException {
    if (!admits.required(KEY).isObject()) {
      return of(admits.integer(KEY, 1, RECORDS_MAX));
    }
    DefinitionNode given = admits.object(KEY, Set.of(TRAIN, VALIDATION));
    PartSizes parts =
        new PartSizes(
            given.integer(TRAIN, 1, RECORDS_MAX), given.integer(VALIDATION, 0, RECORDS_MAX));
    return new DeclaredRecords(parts.training() + parts.validation(), Optional.of(parts));
  }
}
