package io.consilium.protocols.transport;

/** Serves accepted connections, each on a virtual thread of its own. */
@FunctionalInterface
public interface ConnectionHandler {
  /**
   * Refuses what it does not want to serve, before the peer is told that it is accepted. The
   * message of the exception goes to the peer.
   */
  default void check(String peerName, Opening opening) throws ConnectionException {}

  /**
   * Takes over a connection whose peer has been authenticated and has said what it wants. From here
   * on the handler closes it, now or later; if this method throws, the server does.
   */
  void accept(Connection connection, String peerName, Opening opening) throws ConnectionException;
}
