package io.consilium.protocols.rep3;

/**
 * What a party holds of a secret value: share i and share i+1 of three. Never printed, compared or
 * serialised.
 */
abstract class ReplicatedShares {
  final long[] own;
  final long[] next;
  private boolean ended;

  ReplicatedShares(long[] own, long[] next) {
    this.own = own;
    this.next = next;
  }

  /** Nobody may use this value any more: its arrays may hold something else. */
  final void end() {
    ended = true;
  }

  /**
   * Called by everybody who looks at the shares.
   *
   * @throws IllegalStateException if the scope of the value is over
   */
  final void requireLive() {
    if (ended) {
      throw new IllegalStateException(this + " is used after its scope has ended");
    }
  }
}
