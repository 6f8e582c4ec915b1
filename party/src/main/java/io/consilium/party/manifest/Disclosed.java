package io.consilium.party.manifest;

import java.util.Set;
import java.util.TreeSet;

/** The names of everything that a training job can open. */
public final class Disclosed {
  /** How many records each site shares. */
  public static final String ROW_COUNTS = "rowCounts";

  /** The mean loss after each epoch. */
  public static final String LOSS = "loss";

  public static final String ACCURACY = "accuracy";
  public static final String CONFUSION = "confusion";
  public static final String AUC = "auc";

  /** Coefficient of determination, for a linear model. */
  public static final String R2 = "r2";

  /**
   * What was trained: weights and intercepts for prepared inputs, or the parameters of a network.
   */
  public static final String WEIGHTS = "weights";

  /** The answer to a client's question. */
  public static final String PREDICTION = "prediction";

  /** All of them. */
  public static final Set<String> ALL =
      Set.of(ROW_COUNTS, LOSS, ACCURACY, CONFUSION, AUC, R2, WEIGHTS, PREDICTION);

  private Disclosed() {}

  static String listing() {
    return String.join(", ", new TreeSet<>(ALL));
  }
}
