package io.consilium.datasets.schema;

import java.util.Locale;

/** What a column is for. */
public enum Role {
  /** Encoded and shared as an input of the model. */
  FEATURE,
  /** What the model learns. Exactly one column of a schema. */
  LABEL,
  /** The weight of a record in training. At most one column of a schema. */
  WEIGHT,
  /**
   * Whether a record is for training or for validation. At most one column of a schema; without
   * one, records are divided at random.
   */
  SPLIT,
  /** Kept at the site to name a record in its own outputs; never encoded, never shared. */
  ID,
  /** May stand in the table and is not read. */
  IGNORED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
