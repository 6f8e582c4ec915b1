package io.consilium.inference;

/** What a batch holds so far. The first query always fits, however large it is. */
final class BatchSize {
  private final ModelCard card;
  private final ServingLimits.Batches limits;
  private int queries;
  private long rows;

  BatchSize(ModelCard card, ServingLimits.Batches limits) {
    this.card = card;
    this.limits = limits;
  }

  /** Whether one more query fits; if so it is in. */
  boolean takes(int moreRows) {
    long all = rows + moreRows;
    boolean fits =
        queries < limits.queriesMax()
            && all <= limits.rowsMax()
            && all * card.elementsOfRecord() <= limits.elementsMax();
    if (queries > 0 && !fits) {
      return false;
    }
    queries++;
    rows = all;
    return true;
  }
}
