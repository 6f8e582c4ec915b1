package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.party.files.FullDisk;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.SessionException;
import io.consilium.protocols.transport.ConnectionException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;

/** Who is at fault when something on the data plane fails, in names that people know. */
final class Culprits {
  private final List<String> parties;
  private final List<String> computeParties;
  private final String self;

  Culprits(List<String> parties, List<String> computeParties, String self) {
    this.parties = List.copyOf(parties);
    this.computeParties = List.copyOf(computeParties);
    this.self = self;
  }

  AttemptFailed failure(String phase, SessionException e) throws InterruptedException {
    requireNotStopped(e);
    String peer = computeParties.get(e.peer().ordinal());
    FailureKind kind =
        switch (e) {
          case PeerLost _ -> FailureKind.PEER_UNAVAILABLE;
          case ProtocolViolation _ -> FailureKind.INTERNAL;
        };
    return new AttemptFailed(kind, phase, named(e.getMessage()), Optional.of(peer), e);
  }

  AttemptFailed failure(String phase, ConnectionException e) throws InterruptedException {
    requireNotStopped(e);
    FailureKind kind =
        switch (e.reason()) {
          case UNTRUSTED, WRONG_PEER, REJECTED -> FailureKind.NOT_ALLOWED;
          case VIOLATION -> FailureKind.INTERNAL;
          case ADDRESS_IN_USE, BAD_ADDRESS, REFUSED, TIMEOUT, CLOSED, LOST, STOPPED ->
              FailureKind.PEER_UNAVAILABLE;
        };
    String message = e.getMessage();
    Optional<String> peer =
        parties.stream()
            .filter(party -> !party.equals(self) && message.contains(party))
            .findFirst();
    return new AttemptFailed(kind, phase, message, peer, e);
  }

  /** This party's own files are at fault. */
  AttemptFailed stateFailure(String phase, Exception e) throws InterruptedException {
    requireNotStopped(e);
    boolean full = FullDisk.isCauseOf(e);
    return new AttemptFailed(
        full ? FailureKind.NOT_READY : FailureKind.INTERNAL,
        phase,
        full
            ? "Disk full at " + self + ": its administrator has to make room."
            : "This party's state directory cannot be read or written.",
        Optional.of(self),
        e);
  }

  /** An interrupted thread reports a lost peer or a closed file, but nothing was lost. */
  private static void requireNotStopped(Exception e) throws InterruptedException {
    boolean isConnectionStopped =
        e instanceof ConnectionException connection
            && connection.reason() == ConnectionException.Reason.STOPPED;
    boolean isFileStopped =
        e instanceof ClosedByInterruptException
            || e.getCause() instanceof ClosedByInterruptException;
    if (Thread.interrupted() || isConnectionStopped || isFileStopped) {
      throw new InterruptedException(e.getMessage());
    }
  }

  /** The parties' names in place of their indices. */
  private String named(String message) {
    String named = message;
    for (ComputeParty party : ComputeParty.values()) {
      named = named.replace(party.toString(), computeParties.get(party.ordinal()));
    }
    return named;
  }
}
