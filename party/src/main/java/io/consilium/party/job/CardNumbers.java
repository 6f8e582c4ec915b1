package io.consilium.party.job;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.rep3.Rep3Backend;
import java.time.Duration;
import java.time.Instant;

/**
 * What the three say of a new model and take the largest of: its version, since each knows of other
 * models of the name, and when the job began. Each is bounded, so no party can use up the versions
 * of a name or move a model into the far future.
 */
record CardNumbers(int version, Instant created) {
  /** The most versions of a name. */
  static final int VERSION_MAX = 1_000_000;

  /** How much later another's clock may be. */
  private static final Duration LATER_MAX = Duration.ofDays(1);

  /**
   * Agrees on both. Rounds: 2. Bytes: 2 x 48.
   *
   * @param version that this party would give
   * @param start of the attempt, by this party's clock
   * @throws ProtocolViolation if a party says what cannot be
   */
  static CardNumbers agree(Rep3Backend backend, int version, Instant start) {
    long[] versions = backend.exchangePublic(version);
    long[] starts = backend.exchangePublic(start.getEpochSecond());
    return of(versions, starts, start);
  }

  static CardNumbers of(long[] versions, long[] starts, Instant start) {
    long latest = start.plus(LATER_MAX).getEpochSecond();
    return new CardNumbers(
        Math.toIntExact(largest("version", versions, 1, VERSION_MAX)),
        Instant.ofEpochSecond(largest("time of a model", starts, 0, latest)));
  }

  private static long largest(String what, long[] said, long min, long max) {
    long largest = min;
    for (ComputeParty party : ComputeParty.values()) {
      long number = said[party.ordinal()];
      if (number < min || number > max) {
        throw new ProtocolViolation(
            party, "the model's card", "there is no " + what + " of " + number);
      }
      largest = Math.max(largest, number);
    }
    return largest;
  }
}
