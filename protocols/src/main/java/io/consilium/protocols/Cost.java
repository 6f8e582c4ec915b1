package io.consilium.protocols;

/**
 * What an operation communicates: rounds on its longest chain of dependent messages, and payload
 * bytes summed over all parties and directions. Frame headers and TLS are not counted.
 */
public record Cost(long rounds, long bytes) {
  public static final Cost NONE = new Cost(0, 0);

  /** This cost followed by another. */
  public Cost then(Cost next) {
    return new Cost(rounds + next.rounds, bytes + next.bytes);
  }

  /** This cost so many times, one after the other. */
  public Cost times(long repetitions) {
    return new Cost(rounds * repetitions, bytes * repetitions);
  }

  /** What was added since an earlier reading of the same meter. */
  public Cost since(Cost earlier) {
    return new Cost(rounds - earlier.rounds, bytes - earlier.bytes);
  }
}
