package io.consilium.coordinator.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configuration file that is read again when it changes. What was read last counts until a new
 * content is good as a whole; a bad one is named in the log, once. A new content counts when it was
 * the same at two looks, so that a file that is being written is not read half.
 *
 * <p>Threads: {@link #get} may be called by any.
 */
public final class WatchedFile<T> implements Supplier<T> {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

  /** Reads what a file says. */
  @FunctionalInterface
  public interface Reader<T> {
    /** The content, checked. */
    T read(Path file) throws ConfigException;
  }

  private final Path file;
  private final Reader<T> reader;
  private byte[] read;
  private byte[] candidate;
  private volatile byte[] inUse;
  private volatile T current;

  private WatchedFile(Path file, Reader<T> reader, byte[] read, T current) {
    this.file = file;
    this.reader = reader;
    this.read = read;
    this.candidate = read;
    this.inUse = read;
    this.current = current;
  }

  /** Reads the file for the first time. */
  public static <T> WatchedFile<T> open(Path file, Reader<T> reader) throws ConfigException {
    byte[] before = content(file);
    return new WatchedFile<>(file, reader, before, reader.read(file));
  }

  /** What counts now. */
  @Override
  public T get() {
    return current;
  }

  /** Where the file is. */
  public Path path() {
    return file;
  }

  /** The bytes that count now, which are not the file's if it is wrong. */
  public byte[] content() {
    return inUse.clone();
  }

  /** Looks at the file; says whether something else counts from now on. To be called regularly. */
  public synchronized boolean refresh() {
    byte[] content = content(file);
    boolean settled = Arrays.equals(content, candidate);
    candidate = content;
    if (!settled || Arrays.equals(content, read)) {
      return false;
    }
    read = content;
    try {
      T changed = reader.read(file);
      inUse = content;
      if (changed.equals(current)) {
        return false;
      }
      current = changed;
      LOG.info("{} has changed and counts from now on.", file);
      return true;
    } catch (ConfigException e) {
      LOG.error(
          "{} has changed, but cannot be used; what it said before still counts. {}",
          file,
          e.getMessage());
      return false;
    }
  }

  /** Empty if it cannot be read: then the reader says why. */
  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
