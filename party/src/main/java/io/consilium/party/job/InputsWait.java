package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.InputDesk;
import io.consilium.party.dataplane.InputFailed;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.rep3.Readiness;
import io.consilium.protocols.transport.ConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Waits for this party's own upload and for the inputs of all data holders, as long as they go on:
 * only a holder of whom nothing comes for a long time ends the attempt.
 */
final class InputsWait implements Readiness.Condition<AttemptFailed> {
  /** The others hear of this party that often. */
  private static final Duration PULSE = Duration.ofSeconds(1);

  private static final Duration SILENCE_MAX = Duration.ofMinutes(10);

  private final InputDesk desk;
  private final AttemptId attempt;
  private final Upload upload;
  private final Culprits culprits;
  private final Clock clock;
  private Map<String, Integer> seen = Map.of();
  private Instant lastSign;

  InputsWait(InputDesk desk, AttemptId attempt, Upload upload, Culprits culprits, Clock clock) {
    this.desk = desk;
    this.attempt = attempt;
    this.upload = upload;
    this.culprits = culprits;
    this.clock = clock;
    this.lastSign = clock.instant();
  }

  /** This party's own upload. */
  @FunctionalInterface
  interface Upload {
    /** Waits for its end, for some time. */
    boolean isDone(Duration time) throws AttemptFailed, InterruptedException;
  }

  @Override
  public boolean isReady() throws AttemptFailed, InterruptedException {
    // Our own trouble first: the others' inputs would be waited for in vain.
    if (!upload.isDone(PULSE)) {
      lastSign = clock.instant();
      return false;
    }
    try {
      if (desk.await(attempt, PULSE)) {
        return true;
      }
    } catch (InputFailed e) {
      throw failure(e);
    }
    requireSign();
    return false;
  }

  private AttemptFailed failure(InputFailed e) throws InterruptedException {
    String holder = e.holder();
    return switch (e.getCause()) {
      case InputRefused refused ->
          new AttemptFailed(
              FailureKind.BAD_DATA,
              "checking inputs",
              holder + ": " + refused.getMessage() + ".",
              Optional.of(holder),
              refused);
      case ConnectionException lost -> culprits.failure("sharing records", lost);
      case null, default -> culprits.stateFailure("sharing records", e);
    };
  }

  private void requireSign() throws AttemptFailed {
    Map<String, Integer> now = desk.incomplete(attempt);
    Instant at = clock.instant();
    if (!now.equals(seen)) {
      seen = now;
      lastSign = at;
    }
    if (Duration.between(lastSign, at).compareTo(SILENCE_MAX) > 0) {
      List<String> missing = List.copyOf(now.keySet());
      throw new AttemptFailed(
          FailureKind.PEER_UNAVAILABLE,
          "sharing records",
          "No records came from "
              + String.join(", ", missing)
              + " for "
              + SILENCE_MAX.toMinutes()
              + " minutes.",
          missing.size() == 1 ? Optional.of(missing.getFirst()) : Optional.empty(),
          null);
    }
  }
}
