package io.consilium.party.job;

import io.consilium.party.store.Scratch;
import io.consilium.training.RowStore;
import io.consilium.training.RowStores;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Where the shares of one attempt lie: in memory as far as this party has room for them, beyond
 * that encrypted on disk, as far as there is room. How much is needed is known before anything is
 * stored. It depends on the party alone, and the training is the same either way.
 */
final class ShareSpace implements RowStores, AutoCloseable {
  /** Megabytes of shares that an attempt may keep in memory. */
  static final String PROPERTY = "consilium.shareMemoryMegabytes";

  /** Megabytes of shares that an attempt may keep on disk. */
  static final String DISK_PROPERTY = "consilium.shareDiskMegabytes";

  /** If nothing is said, a part of what the JVM may have. */
  private static final int PART_OF_MEMORY = 4;

  /** What is left of the disk for everything else, such as the audit log. */
  private static final int PART_OF_DISK_KEPT = 10;

  /** Two shares of 8 bytes. */
  private static final int ELEMENT_BYTES = 16;

  private final Scratch scratch;
  private long bytesLeft;
  private long diskBytesLeft;

  /**
   * A space.
   *
   * @param memoryBytes for shares
   * @param diskBytes for those that find no place there
   */
  ShareSpace(Scratch scratch, long memoryBytes, long diskBytes) {
    this.scratch = scratch;
    this.bytesLeft = memoryBytes;
    this.diskBytesLeft = diskBytes;
  }

  static long memoryBytes() {
    long megabytes = Long.getLong(PROPERTY, -1);
    return megabytes < 0 ? Runtime.getRuntime().maxMemory() / PART_OF_MEMORY : megabytes << 20;
  }

  /** What the site allows, and no more than the disk has room for now. */
  static long diskBytes(Scratch scratch) throws IOException {
    long free = scratch.freeBytes();
    long room = free - free / PART_OF_DISK_KEPT;
    long megabytes = Long.getLong(DISK_PROPERTY, -1);
    return megabytes < 0 ? room : Math.min(room, megabytes << 20);
  }

  /** There is no place for what should be stored. */
  static final class NoRoom extends IOException {
    private static final long serialVersionUID = 1L;

    /** Without the number of bytes, which would tell how many records there are. */
    NoRoom() {
      super("this party has no room for so many records");
    }
  }

  /** Whether the elements find a place in memory; if not, there is one on disk. */
  private synchronized boolean reserve(long elements) throws NoRoom {
    long bytes = Math.multiplyExact(elements, ELEMENT_BYTES);
    if (bytes <= bytesLeft) {
      bytesLeft -= bytes;
      return true;
    }
    if (bytes > diskBytesLeft) {
      throw new NoRoom();
    }
    diskBytesLeft -= bytes;
    return false;
  }

  /**
   * For so many elements that are yet to come.
   *
   * @throws NoRoom if there is no place for them
   */
  ShareShelf shelf(long elements) throws NoRoom {
    return reserve(elements) ? new ShareShelf.InMemory() : new ShareShelf.OnDisk(scratch);
  }

  @Override
  public RowStore create(String name, long elements) {
    try {
      return reserve(elements)
          ? RowStores.IN_MEMORY.create(name, elements)
          : new SpooledRows(name, scratch);
    } catch (NoRoom e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
