package io.consilium.coordinator.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files that nobody but their owner may use. */
public final class OwnerOnly {

  private OwnerOnly() {}

  /**
   * Checks a file that holds a private key; one that does not exist passes.
   *
   * @throws IdentityException if others on this machine can use it
   */
  public static void require(Path file) throws IdentityException {
    try {
      if (!Files.exists(file) || !Files.getFileStore(file).supportsFileAttributeView("posix")) {
        return; // A missing file gets its own sentence; other systems have no such bits.
      }
      Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      others.remove(PosixFilePermission.OWNER_READ);
      others.remove(PosixFilePermission.OWNER_WRITE);
      others.remove(PosixFilePermission.OWNER_EXECUTE);
      if (!others.isEmpty()) {
        throw new IdentityException(
            file
                + " can be used by others on this machine ("
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                + "). Run: chmod 600 "
                + file);
      }
    } catch (IOException e) {
      throw new IdentityException("The permissions of " + file + " cannot be read.", e);
    }
  }
}
