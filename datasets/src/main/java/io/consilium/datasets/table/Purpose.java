package io.consilium.datasets.table;

/** What a table is read for. */
public enum Purpose {
  /** The label is required, and the weight if the schema has one. */
  TRAINING,
  /** Only features and the identifier are read; label and weight may be absent. */
  PREDICTION
}
