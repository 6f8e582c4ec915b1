package io.consilium.protocols;

/** A session that cannot go on. It is never resumed: a new attempt gets fresh keys. */
public abstract sealed class SessionException extends RuntimeException
    permits ProtocolViolation, PeerLost {
  private static final long serialVersionUID = 1L;

  private final ComputeParty peer;

  SessionException(ComputeParty peer, String message) {
    super(message);
    this.peer = peer;
  }

  SessionException(ComputeParty peer, String message, Throwable cause) {
    super(message, cause);
    this.peer = peer;
  }

  /** The party at the other end. */
  public ComputeParty peer() {
    return peer;
  }
}
