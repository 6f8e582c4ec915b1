package io.consilium.datasets;

/**
 * Something a person can put right: a definition that is not understood, or data that does not fit
 * it. The message is for that person and never contains the value of a record.
 */
public abstract class DatasetException extends Exception {
  private static final long serialVersionUID = 1L;

  protected DatasetException(String message) {
    super(message);
  }
}
