package io.consilium.coordinator.cluster;

/** A node cannot start now; the message says why and what to do. */
public final class NodeStartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One or more whole sentences. */
  public NodeStartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The sentence for a port that somebody else listens on. */
  public static NodeStartException portInUse(String what, String address, Throwable cause) {
    return new NodeStartException(
        "Cannot listen on "
            + address
            + " for "
            + what
            + ": the port is in use, or the address is not this machine's. Stop the other program"
            + " or change the address in the consortium file.",
        cause);
  }
}
