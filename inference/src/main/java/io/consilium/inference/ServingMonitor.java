package io.consilium.inference;

import java.time.Duration;

/**
 * Is told what serving does, in public numbers only: no client, no question, no value. Called from
 * the threads that serve, so it must not wait.
 */
public interface ServingMonitor {
  /** Listens to nothing. */
  ServingMonitor NONE = new ServingMonitor() {};

  /** So many lines of clients are open now. */
  default void lines(int open) {}

  /** A client asked about so many records. */
  default void asked(ModelCard card, int rows) {}

  /**
   * An answer is ready to leave.
   *
   * @param time since the question began to arrive
   */
  default void answered(ModelCard card, int rows, Duration time) {}

  /**
   * A question was refused.
   *
   * @param code such as {@code BUSY}
   * @param time since the question began to arrive
   */
  default void refused(ModelCard card, String code, Duration time) {}

  /** So many questions and records wait or are being computed; told from time to time. */
  default void waiting(ModelCard card, int questions, long rows) {}

  /**
   * A batch was computed.
   *
   * @param bytes that this party sent for it
   * @param rounds the longest chain of messages that depended on each other
   */
  default void computed(
      ModelCard card, int questions, int rows, Duration time, long bytes, long rounds) {}

  /** The session of the three for a model is open now, or is not any more. */
  default void session(ModelCard card, boolean open) {}
}
