package io.consilium.party.job;

import io.consilium.coordinator.identity.Principal;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;

/**
 * The weights of networks that this site wants to import, from the command that has read them to
 * the node that shares them: sealed, and deleted as soon as the import has ended. They belong to
 * one manifest.
 */
public final class PreparedImports {
  private static final String KIND = "import";

  private final SealedStore store;

  PreparedImports(SealedStore store) {
    this.store = store;
  }

  /** For a command that runs beside the node. */
  public static PreparedImports beside(Path state, Principal party, SecureRandom random)
      throws IOException {
    return new PreparedImports(SealedStore.beside(state, party, random));
  }

  /**
   * Keeps what will be shared.
   *
   * @param manifest the signed bytes
   */
  public void put(String model, byte[] manifest, List<long[]> codes) throws IOException {
    store.write(key(model, manifest), new byte[0], codes);
  }

  /** What was kept for a manifest. */
  List<long[]> read(String model, byte[] manifest) throws IOException {
    return store.read(key(model, manifest)).words();
  }

  /** The import has ended, or will never begin. */
  public void forget(String model, byte[] manifest) throws IOException {
    boolean _ = store.delete(key(model, manifest));
  }

  private static StoreKey key(String model, byte[] manifest) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(manifest);
      long number = ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE;
      return new StoreKey(KIND, model, Math.max(1, number));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
