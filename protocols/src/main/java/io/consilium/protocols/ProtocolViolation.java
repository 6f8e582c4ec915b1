package io.consilium.protocols;

/** A peer's message did not follow the protocol. It has no other meaning. */
public final class ProtocolViolation extends SessionException {
  private static final long serialVersionUID = 1L;

  public ProtocolViolation(ComputeParty peer, String where, String reason) {
    super(peer, "message of " + peer + " at " + where + ": " + reason);
  }
}
