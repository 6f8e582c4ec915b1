package io.consilium.protocols.transport;

import java.io.IOException;

/** A connection that could not be made or cannot go on. The message is a sentence for people. */
public final class ConnectionException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What happened, for programs. */
  public enum Reason {
    /** The address to listen on is taken. */
    ADDRESS_IN_USE,
    /** The address cannot be used or resolved. */
    BAD_ADDRESS,
    /** Nobody listens at the other end. */
    REFUSED,
    /** The other end did nothing for too long, or not enough in time. */
    TIMEOUT,
    /** One end does not accept the other's certificate. */
    UNTRUSTED,
    /** The certificate is good but names somebody else. */
    WRONG_PEER,
    /** The other end is who it should be, and said no. */
    REJECTED,
    /** The other end does not follow the protocol. */
    VIOLATION,
    /** The other end closed the connection in an orderly way. */
    CLOSED,
    /** The connection broke. */
    LOST,
    /** This thread was interrupted. */
    STOPPED;

    /** Whether a later attempt may succeed although nobody changes a setting. */
    boolean mayPass() {
      return switch (this) {
        case REFUSED, TIMEOUT, CLOSED, LOST -> true;
        case ADDRESS_IN_USE, BAD_ADDRESS, UNTRUSTED, WRONG_PEER, REJECTED, VIOLATION, STOPPED ->
            false;
      };
    }

    /** Whether an authenticated peer is told why its opening is refused. */
    boolean isAnswered() {
      return switch (this) {
        case UNTRUSTED, WRONG_PEER, REJECTED, VIOLATION -> true;
        case ADDRESS_IN_USE, BAD_ADDRESS, REFUSED, TIMEOUT, CLOSED, LOST, STOPPED -> false;
      };
    }
  }

  private final Reason reason;

  ConnectionException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  ConnectionException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** A handler's refusal of an opening, in a sentence for the peer. */
  public static ConnectionException refusal(String sentence) {
    return new ConnectionException(Reason.REJECTED, sentence);
  }

  public Reason reason() {
    return reason;
  }
}
