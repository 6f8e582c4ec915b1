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

/** The party's store key: 32 random bytes in a file of mode 0600, made at the first start. */
final class MasterKey {

  static final int KEY_BYTES = 32;

  private MasterKey() {}

  static SecretKey loadOrCreate(Path file, SecureRandom random) throws IOException {
    if (!Files.exists(file)) {
      byte[] fresh = new byte[KEY_BYTES];
      random.nextBytes(fresh);
      PrivateFiles.create(file, fresh);
      Arrays.fill(fresh, (byte) 0);
    }
    checkPermissions(file);
    if (Files.size(file) != KEY_BYTES) {
      throw new StoreException(
          file
              + " is damaged: a store key is "
              + KEY_BYTES
              + " bytes. Restore it from a copy; without it the stored shares are lost.");
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
