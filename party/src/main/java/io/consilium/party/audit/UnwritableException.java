package io.consilium.party.audit;

import io.consilium.party.files.FullDisk;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A fact could not be written to the audit log, so what would have followed from it must not
 * happen. The log is as it was before; a later attempt may succeed.
 */
public final class UnwritableException extends UncheckedIOException {

  private static final long serialVersionUID = 1L;

  /** Says that the disk is full, if it is. */
  public UnwritableException(IOException cause) {
    super(
        FullDisk.isCauseOf(cause)
            ? "The audit log cannot be written: disk full."
            : "The audit log cannot be written: " + cause.getMessage(),
        cause);
  }
}
