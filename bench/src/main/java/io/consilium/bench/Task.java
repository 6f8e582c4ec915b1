package io.consilium.bench;

/** A computation that can be repeated. */
interface Task {
  /** Computes once more; this is what is measured. */
  void run();

  /**
   * Compares the last result with the reference in the clear. Called once, after the first run.
   *
   * @throws WrongResult if it differs
   */
  default void check() {}
}
