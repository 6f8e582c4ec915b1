package io.consilium.inference;

import io.consilium.protocols.transport.ConnectionException;

/** No prediction. The message is a sentence for people, without any value of the question. */
public final class PredictionException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What happened, for programs. */
  public enum Kind {
    /** The question does not fit the model. */
    BAD_QUESTION,
    /** A hospital has no such model. */
    UNKNOWN_MODEL,
    /** A hospital's rules, or its certificate check, say no. */
    NOT_ALLOWED,
    /** A hospital is not up, or the three cannot compute together now. */
    UNAVAILABLE,
    /** Too many questions at once; a later attempt may succeed. */
    BUSY,
    /** Something did not come in time. */
    TIMEOUT,
    /** The hospitals do not say the same, or not what they should. */
    DISAGREEMENT,
    /** This thread was interrupted. */
    STOPPED
  }

  private final Kind kind;

  PredictionException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  PredictionException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  static PredictionException refused(String party, Refusal refusal) {
    Kind kind =
        switch (refusal.code()) {
          case UNKNOWN_MODEL -> Kind.UNKNOWN_MODEL;
          case NOT_ALLOWED -> Kind.NOT_ALLOWED;
          case BAD_QUESTION -> Kind.BAD_QUESTION;
          case BUSY -> Kind.BUSY;
          case UNAVAILABLE -> Kind.UNAVAILABLE;
          case TIMEOUT -> Kind.TIMEOUT;
        };
    return new PredictionException(kind, party + " refused: " + refusal.sentence());
  }

  static PredictionException of(String party, ConnectionException e) {
    Kind kind =
        switch (e.reason()) {
          case UNTRUSTED, WRONG_PEER, REJECTED -> Kind.NOT_ALLOWED;
          case REFUSED, BAD_ADDRESS, ADDRESS_IN_USE, CLOSED, LOST -> Kind.UNAVAILABLE;
          case TIMEOUT -> Kind.TIMEOUT;
          case VIOLATION -> Kind.DISAGREEMENT;
          case STOPPED -> Kind.STOPPED;
        };
    String message = String.valueOf(e.getMessage());
    return new PredictionException(
        kind, message.contains(party) ? message : party + ": " + message, e);
  }
}
