package io.consilium.protocols.transport;

/** Whom to dial and where. The name is the one that the peer's certificate must carry. */
public record PeerAddress(String name, String host, int port) {
  @Override
  public String toString() {
    return name + " (" + host + ":" + port + ")";
  }
}
