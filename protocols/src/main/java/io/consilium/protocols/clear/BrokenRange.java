package io.consilium.protocols.clear;

import io.consilium.protocols.TensorType;

/**
 * A value that the clear reference met and that shares would get wrong without a word.
 *
 * @param type of the tensor that holds it
 * @param value the largest absolute value in it, in the unit of its format
 * @param most what it may be, in the same unit
 */
public record BrokenRange(Promise promise, TensorType type, double value, double most) {
  /** What was promised of a value. */
  public enum Promise {
    /** The range that the program declares. */
    DECLARED,
    /** Room for a truncation: codes below 2^61. */
    TRUNCATED,
    /** The width that a comparison looks at. */
    COMPARED,
    /** That sums and products are those of integers: codes below 2^63. */
    NOT_WRAPPED
  }
}
