package io.consilium.party.job;

import io.consilium.party.dataplane.InputRows;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.training.DataLayout;

/**
 * How many rows all data holders of an attempt may share. What a holder states is checked before
 * anything is made of its size.
 */
final class RowLimit {
  private long trainingLeft = DataLayout.ROWS_MAX;
  private long validationLeft = DataLayout.ROWS_MAX;

  /**
   * Counts the rows of one holder.
   *
   * @throws InputRefused if there are none for training, or too many of the holders together
   */
  synchronized void take(InputRows rows) {
    if (rows.training() < 1 || rows.validation() < 0) {
      throw new InputRefused("it shared no training records");
    }
    if (rows.training() > trainingLeft || rows.validation() > validationLeft) {
      throw new InputRefused(
          "it states more records than a job may have: all holders together %d for training and %d"
                  .formatted(DataLayout.ROWS_MAX, DataLayout.ROWS_MAX)
              + " for validation");
    }
    trainingLeft -= rows.training();
    validationLeft -= rows.validation();
  }
}
