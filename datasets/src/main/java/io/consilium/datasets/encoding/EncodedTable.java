package io.consilium.datasets.encoding;

import java.util.Arrays;
import java.util.Optional;

/**
 * The numbers of one site's records, ready to be shared. In the clear: it stays inside the process
 * that made it and has no printable form. The arrays are not copied; whoever holds them may wipe
 * them with {@link #wipe} once they are shared.
 */
public final class EncodedTable {
  private final FeatureLayout layout;
  private final int rows;
  private final double[] features;
  private final double[] presence;
  private final Optional<double[]> labels;
  private final Optional<double[]> weights;

  EncodedTable(
      FeatureLayout layout,
      int rows,
      double[] features,
      double[] presence,
      Optional<double[]> labels,
      Optional<double[]> weights) {
    this.layout = layout;
    this.rows = rows;
    this.features = features;
    this.presence = presence;
    this.labels = labels;
    this.weights = weights;
  }

  public FeatureLayout layout() {
    return layout;
  }

  public int rows() {
    return rows;
  }

  /** Rows x features, row by row; each from 0 to 1, and 0 where missing. */
  public double[] features() {
    return features;
  }

  /** Rows x features, row by row; 1 where the value is present, 0 where it is missing. */
  public double[] presence() {
    return presence;
  }

  /**
   * The label of each row, coded as {@link FeatureLayout#label} says; absent if the table was read
   * for prediction.
   */
  public Optional<double[]> labels() {
    return labels;
  }

  /** The weight of each row, if the schema has one and the table was read for training. */
  public Optional<double[]> weights() {
    return weights;
  }

  /** Overwrites all numbers with 0. */
  public void wipe() {
    Arrays.fill(features, 0);
    Arrays.fill(presence, 0);
    labels.ifPresent(values -> Arrays.fill(values, 0));
    weights.ifPresent(values -> Arrays.fill(values, 0));
  }

  @Override
  public String toString() {
    return "EncodedTable[" + rows + " rows, " + layout.size() + " features]";
  }
}
