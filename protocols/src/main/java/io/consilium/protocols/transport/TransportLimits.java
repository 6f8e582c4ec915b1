package io.consilium.protocols.transport;

import io.consilium.protocols.Limits;
import java.time.Duration;

/**
 * The bounds of the data plane.
 *
 * @param handshake time from the connection to the end of its opening
 * @param silence how long a peer may neither send what is awaited nor read what it is sent
 * @param handshakesMax connections that are not yet authenticated; beyond it the oldest gives way
 * @param connectionsMax authenticated connections at one server
 * @param openingBytesMax size of an opening
 * @param inboxBytesMax bytes of one peer that wait unread; beyond it the peer has to wait
 * @param parkedMax connections that wait for their session to begin at this party
 * @param parkedPerPeerMax the same, of one peer
 * @param parked how long they wait
 */
public record TransportLimits(
    Duration handshake,
    Duration silence,
    int handshakesMax,
    int connectionsMax,
    int openingBytesMax,
    long inboxBytesMax,
    int parkedMax,
    int parkedPerPeerMax,
    Duration parked) {
  public static final TransportLimits DEFAULT =
      new TransportLimits(
          Duration.ofSeconds(5),
          Duration.ofMillis(Limits.RECEIVE_TIMEOUT_MILLIS_MAX),
          256,
          1024,
          1 << 16,
          1L << 30,
          64,
          8,
          Duration.ofSeconds(60));

  /** How long a party that has failed tries to tell the others. */
  Duration farewellAfterFailure() {
    return Duration.ofMillis(Math.min(200, silence.toMillis()));
  }

  public TransportLimits withSilence(Duration changed) {
    return new TransportLimits(
        handshake,
        changed,
        handshakesMax,
        connectionsMax,
        openingBytesMax,
        inboxBytesMax,
        parkedMax,
        parkedPerPeerMax,
        parked);
  }

  public TransportLimits withHandshake(Duration changed, int changedHandshakesMax) {
    return new TransportLimits(
        changed,
        silence,
        changedHandshakesMax,
        connectionsMax,
        openingBytesMax,
        inboxBytesMax,
        parkedMax,
        parkedPerPeerMax,
        parked);
  }
}
