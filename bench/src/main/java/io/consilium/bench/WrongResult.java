package io.consilium.bench;

/** A benchmark computed something else than the reference in the clear. */
final class WrongResult extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongResult(String message) {
    super(message);
  }

  /** Refuses a code that is further from the expected one than that. */
  static void requireNear(String what, int index, long actual, long expected, long distanceMax) {
    if (Math.abs(actual - expected) > distanceMax) {
      throw new WrongResult(
          "%s: element %d is %d, not %d".formatted(what, index, actual, expected));
    }
  }
}
