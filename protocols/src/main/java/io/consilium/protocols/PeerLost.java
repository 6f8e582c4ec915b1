package io.consilium.protocols;

/** A peer went away or stayed silent. */
public final class PeerLost extends SessionException {
  private static final long serialVersionUID = 1L;

  public PeerLost(ComputeParty peer, String where, String reason) {
    super(peer, peer + " was lost at " + where + ": " + reason);
  }

  public PeerLost(ComputeParty peer, String where, String reason, Throwable cause) {
    super(peer, peer + " was lost at " + where + ": " + reason, cause);
  }
}
