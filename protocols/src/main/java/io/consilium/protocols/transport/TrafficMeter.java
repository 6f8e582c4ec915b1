package io.consilium.protocols.transport;

/**
 * Counts a channel's traffic. Rounds are counted by causality: a message carries the depth of its
 * sender plus one, and a receiver's depth becomes at least that of what it received.
 */
final class TrafficMeter {
  private long depth;
  private long bytesSent;
  private long bytesReceived;
  private long messagesSent;

  /** Counts a message and returns the depth that it carries. */
  long sent(Message message) {
    bytesSent += message.bytes();
    messagesSent++;
    return depth + 1;
  }

  void received(Message message, long messageDepth) {
    bytesReceived += message.bytes();
    depth = Math.max(depth, messageDepth);
  }

  Traffic reading() {
    return new Traffic(depth, bytesSent, bytesReceived, messagesSent);
  }
}
