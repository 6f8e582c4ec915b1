package io.consilium.party.job;

import io.consilium.party.store.Scratch;
import io.consilium.training.RowStore;
import io.consilium.training.RowStores;
import java.io.IOException;

/**
 * Where the shares of one attempt lie: in memory as far as this party has room for them, beyond
 * that encrypted on disk. It depends on the party alone, and the training is the same either way.
 */
final class ShareSpace implements RowStores, AutoCloseable {
  /** Megabytes of shares that an attempt may keep in memory. */
  static final String PROPERTY = "consilium.shareMemoryMegabytes";

  /** If nothing is said, a part of what the JVM may have. */
  private static final int PART_OF_MEMORY = 4;

  /** Two shares of 8 bytes. */
  private static final int ELEMENT_BYTES = 16;

  private final Scratch scratch;
  private long bytesLeft;

  /**
   * A space.
   *
   * @param memoryBytes for shares
   */
  ShareSpace(Scratch scratch, long memoryBytes) {
    this.scratch = scratch;
    this.bytesLeft = memoryBytes;
  }

  static long memoryBytes() {
    long megabytes = Long.getLong(PROPERTY, -1);
    return megabytes < 0 ? Runtime.getRuntime().maxMemory() / PART_OF_MEMORY : megabytes << 20;
  }

  private synchronized boolean reserve(long elements) {
    long bytes = elements * ELEMENT_BYTES;
    if (bytes > bytesLeft) {
      return false;
    }
    bytesLeft -= bytes;
    return true;
  }

  /** For so many elements that are yet to come. */
  ShareShelf shelf(long elements) {
    return reserve(elements) ? new ShareShelf.InMemory() : new ShareShelf.OnDisk(scratch);
  }

  @Override
  public RowStore create(String name, long elements) {
    return reserve(elements)
        ? RowStores.IN_MEMORY.create(name, elements)
        : new SpooledRows(name, scratch);
  }

  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
