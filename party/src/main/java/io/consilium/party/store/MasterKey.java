package io.consilium.party.store;

import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The party's store key: 32 random bytes in a file of mode 0600, made when the store is. */
final class MasterKey {

  static final int KEY_BYTES = 32;

  private MasterKey() {}

  /** Makes a new key; there must be none. */
  static void create(Path file, SecureRandom random) throws IOException {
    byte[] fresh = new byte[KEY_BYTES];
    random.nextBytes(fresh);
    PrivateFiles.create(file, fresh);
    Arrays.fill(fresh, (byte) 0);
  }

  static SecretKey load(Path file) throws IOException {
    checkPermissions(file);
    if (Files.size(file) != KEY_BYTES) {
      throw new StoreException(
          file
              + " is damaged: a store key is "
              + KEY_BYTES
              + " bytes, and this file has "
              + Files.size(file)
              + ". Restore it from a copy. If there is none, the stored shares of models are lost:"
              + " start once with \"consilium party run --new-store-key\", and train or import the"
              + " models again.");
    }
    byte[] bytes = Files.readAllBytes(file);
    try {
      return new SecretKeySpec(bytes, "AES");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static void checkPermissions(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    permissions.remove(PosixFilePermission.OWNER_READ);
    permissions.remove(PosixFilePermission.OWNER_WRITE);
    if (!permissions.isEmpty()) {
      throw new StoreException(
          file + " can be used by others on this machine. Run: chmod 600 " + file);
    }
  }
}
