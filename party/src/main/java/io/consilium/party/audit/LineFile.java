package io.consilium.party.audit;

import java.io.IOException;

/** The bytes of the log, on a disk that may be full. */
interface LineFile extends AutoCloseable {
  long length() throws IOException;

  /**
   * Adds bytes at the end; they are on the disk when it returns.
   *
   * @throws IOException if they are not; then any part of them may be there
   */
  void append(byte[] bytes) throws IOException;

  /** Cuts off the end; it is gone from the disk when it returns. */
  void cutTo(long length) throws IOException;

  @Override
  void close() throws IOException;
}
