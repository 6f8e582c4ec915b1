package io.consilium.protocols.transport;

/** Bytes that went over the sockets: payloads, headers and TLS, without TCP and IP. */
public record WireTraffic(long bytesSent, long bytesReceived) {
  WireTraffic plus(WireTraffic other) {
    return new WireTraffic(bytesSent + other.bytesSent, bytesReceived + other.bytesReceived);
  }
}
