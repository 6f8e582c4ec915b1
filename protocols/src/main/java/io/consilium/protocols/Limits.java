package io.consilium.protocols;

/** The bounds that keep a session's memory and waiting finite, whatever a peer sends. */
public final class Limits {
  /** Elements of one tensor: 1 GiB for one of its two share arrays. */
  public static final int TENSOR_ELEMENTS_MAX = 1 << 27;

  /** Payload of one message in bytes; larger messages are cut by the transport. */
  public static final long MESSAGE_BYTES_MAX = 1L << 31;

  /** Messages that may wait unread from one peer. */
  public static final int MESSAGES_WAITING_MAX = 1 << 16;

  /** How long a party waits for one message of a peer that is connected but silent. */
  public static final long RECEIVE_TIMEOUT_MILLIS_MAX = 20_000;

  private Limits() {}
}
