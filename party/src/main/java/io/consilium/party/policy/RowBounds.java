package io.consilium.party.policy;

import io.consilium.datasets.split.PartSizes;
import java.util.OptionalInt;

/**
 * The fewest records that a value may be computed from. A metric of few records is nearly a record:
 * with one, the confusion matrix shows its label.
 *
 * @param minRows the policy's number
 * @param folds of a cross-validation, each of which has metrics of its own
 */
public record RowBounds(long minRows, OptionalInt folds) {
  /**
   * Whether each part of one holder's records has enough. A holder may have no validation records:
   * then nothing is computed from its few.
   */
  public boolean admits(PartSizes parts) {
    return parts.training() >= minRows
        && (parts.validation() == 0 || parts.validation() >= minRows)
        && (folds.isEmpty() || parts.smallestFold(folds.getAsInt()) >= minRows);
  }
}
