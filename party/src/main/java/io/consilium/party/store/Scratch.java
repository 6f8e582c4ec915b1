package io.consilium.party.store;

import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Encrypted files that serve one attempt and no other: their keys are in this process's memory
 * only. When the attempt ends the files are deleted; what a crash leaves behind nobody can read,
 * and the next start removes it.
 *
 * <p>Safe for use by several threads; each file is used by one at a time.
 */
public final class Scratch implements AutoCloseable {
  private static final String DIRECTORY = "scratch";

  private final Path directory;
  private final SecureRandom random;
  private final List<ScratchFile> files = new ArrayList<>();
  private long made;
  private boolean closed;

  private Scratch(Path directory, SecureRandom random) {
    this.directory = directory;
    this.random = random;
  }

  /**
   * A place for the files of one attempt; nothing is written yet.
   *
   * @param state the party's state directory
   * @param attempt a name that no other attempt has, part of a file name
   * @param random for keys
   */
  public static Scratch of(Path state, String attempt, SecureRandom random) {
    return new Scratch(state.resolve(DIRECTORY).resolve(attempt), random);
  }

  /** Bytes that are free on the disk where the files would lie. */
  public long freeBytes() throws IOException {
    Path existing = directory;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }

  /** Removes what earlier processes have left. Nobody else may use the state directory. */
  public static void removeLeftovers(Path state) throws IOException {
    removeAll(state.resolve(DIRECTORY));
  }

  /**
   * A new file.
   *
   * @param chunkWords words that are encrypted together, and that are decrypted together when one
   *     of them is read
   */
  public synchronized ScratchFile create(int chunkWords) throws IOException {
    if (closed) {
      throw new IllegalStateException("the attempt has ended");
    }
    PrivateFiles.createDirectory(directory);
    ScratchFile file =
        ScratchFile.create(directory.resolve(made++ + ".scratch"), chunkWords, random);
    files.add(file);
    return file;
  }

  /** Closes and deletes all files. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (ScratchFile file : files) {
      file.close();
    }
    files.clear();
    removeAll(directory);
  }

  private static void removeAll(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public String toString() {
    return "Scratch[" + directory.getFileName() + "]";
  }
}
