package io.consilium.protocols.transport;

/**
 * What a channel counted.
 *
 * @param rounds length of the longest chain of dependent messages that ends at this party
 * @param bytesSent payload bytes
 * @param bytesReceived payload bytes
 * @param messagesSent number of messages
 */
public record Traffic(long rounds, long bytesSent, long bytesReceived, long messagesSent) {
  public static final Traffic NONE = new Traffic(0, 0, 0, 0);

  /** What was added since an earlier reading. */
  public Traffic since(Traffic earlier) {
    return new Traffic(
        rounds - earlier.rounds,
        bytesSent - earlier.bytesSent,
        bytesReceived - earlier.bytesReceived,
        messagesSent - earlier.messagesSent);
  }
}
