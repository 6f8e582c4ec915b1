package io.consilium.datasets.schema;

import java.util.Locale;

/** What becomes of a record that lacks a value of a feature. */
public enum MissingPolicy {
  /** The table is refused. */
  REJECT,
  /** The mean over all sites takes its place, computed on shares. */
  MEAN,
  /** As {@link #MEAN}, and an additional 0/1 feature tells the model that the value was missing. */
  INDICATOR;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
