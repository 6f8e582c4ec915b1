package io.consilium.inference;

import io.consilium.protocols.transport.ConnectionException;

/**
 * No prediction. The message is a sentence for people, without any value of the question. One of
 * the kind {@link Kind#BUSY} has no stack trace.
 */
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
  private final boolean lineBroke;

  /**
   * Whoever is too busy says so thousands of times a second, and to find out where the caller was
   * each time would cost others their answers.
   */
  PredictionException(Kind kind, String message) {
    super(message, null, true, kind != Kind.BUSY);
    this.kind = kind;
    this.lineBroke = false;
  }

  PredictionException(Kind kind, String message, Throwable cause) {
    this(kind, message, cause, false);
  }

  private PredictionException(Kind kind, String message, Throwable cause, boolean lineBroke) {
    super(message, cause);
    this.kind = kind;
    this.lineBroke = lineBroke;
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

  /** A line that was open is not any more. */
  static PredictionException lost(String party, ConnectionException e) {
    PredictionException plain = of(party, e);
    boolean broke =
        switch (e.reason()) {
          case CLOSED, LOST -> true;
          case ADDRESS_IN_USE,
              BAD_ADDRESS,
              REFUSED,
              TIMEOUT,
              UNTRUSTED,
              WRONG_PEER,
              REJECTED,
              VIOLATION,
              STOPPED ->
              false;
        };
    return new PredictionException(plain.kind, plain.getMessage(), e, broke);
  }

  /** Whether only the connection is to blame, so that the question is worth another one. */
  boolean lineBroke() {
    return lineBroke;
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
    String named = message.contains(party) ? message : party + ": " + message;
    return new PredictionException(
        kind,
        e.reason() == ConnectionException.Reason.REFUSED
            ? named + "; no answer is possible until this hospital's node is up again"
            : named,
        e);
  }
}
