package io.consilium.party.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Durable files with explicit permissions: written beside their place, flushed, then renamed into
 * it, so that a reader sees the old content or the new and never a part.
 */
public final class PrivateFiles {

  /** How temporary files end; a crash may leave one behind. */
  public static final String TEMPORARY_SUFFIX = ".tmp";

  private static final Set<PosixFilePermission> OWNER_FILE = permissions("rw-------");
  private static final Set<PosixFilePermission> PUBLIC_FILE = permissions("rw-r--r--");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
      PosixFilePermissions.asFileAttribute(permissions("rwx------"));

  private PrivateFiles() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything; the caller flushes and closes. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /** Makes a directory (and its parents) that only the owner can enter. */
  public static void createDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, OWNER_DIRECTORY);
  }

  /** Makes a new file with mode 0600; refuses to overwrite. */
  public static void create(Path file, byte[] content) throws IOException {
    refuseExisting(file);
    replace(file, OWNER_FILE, channel -> writeFully(channel, ByteBuffer.wrap(content)));
  }

  /** Makes a new file with mode 0644; refuses to overwrite. */
  public static void createPublic(Path file, byte[] content) throws IOException {
    refuseExisting(file);
    replacePublic(file, content);
  }

  /** Makes or replaces a file with mode 0644. */
  public static void replacePublic(Path file, byte[] content) throws IOException {
    replace(file, PUBLIC_FILE, channel -> writeFully(channel, ByteBuffer.wrap(content)));
  }

  /** Makes or replaces a file with mode 0600. */
  public static void replace(Path file, byte[] content) throws IOException {
    replace(file, channel -> writeFully(channel, ByteBuffer.wrap(content)));
  }

  /** Makes or replaces a file with mode 0600, of any length. */
  public static void replace(Path file, Content content) throws IOException {
    replace(file, OWNER_FILE, content);
  }

  /** Writes all remaining bytes of the buffer. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Makes renames and deletions in this directory durable. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void replace(Path file, Set<PosixFilePermission> permissions, Content content)
      throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path temporary =
        Files.createTempFile(
            directory,
            "." + file.getFileName() + "-",
            TEMPORARY_SUFFIX,
            PosixFilePermissions.asFileAttribute(OWNER_FILE));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.setPosixFilePermissions(temporary, permissions);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncDirectory(directory);
  }

  private static void refuseExisting(Path file) throws IOException {
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
  }

  private static Set<PosixFilePermission> permissions(String text) {
    return PosixFilePermissions.fromString(text);
  }
}
