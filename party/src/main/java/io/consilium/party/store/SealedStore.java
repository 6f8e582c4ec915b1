package io.consilium.party.store;

import com.google.protobuf.ByteString;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.files.PrivateFiles;
import io.consilium.party.store.wire.SealedHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Durable, encrypted storage for arrays of 64-bit words.
 *
 * <p>A file is written whole or not at all. What is read is exactly what was written under the same
 * key, by this party: a changed, cut, swapped or renamed file is refused. A file put back to its
 * own earlier state under its own name is not noticed here; whoever counts on the newest version
 * remembers its number elsewhere, and asks for that version.
 *
 * <p>Safe for use by several threads; two writers of one key leave one of the two files.
 */
public final class SealedStore {

  /** The file of the party's store key, in its state directory. */
  public static final String KEY_FILE = "store.key";

  /** The most bytes of a public header. */
  public static final int PUBLIC_HEADER_BYTES_MAX = 1 << 20;

  /** The most arrays of one file. */
  public static final int ARRAYS_MAX = 4096;

  static final int FORMAT_VERSION = 1;

  private static final String DIRECTORY = "store";
  private static final String SUFFIX = ".sealed";

  /** Holds nothing: that it opens shows that the key is the one of the store. */
  private static final StoreKey KEY_CHECK = new StoreKey("key-check", "store", 1);

  private static final String REMEDY =
      "Restore it from a copy. If there is none, the stored shares of models are lost: start once"
          + " with \"consilium party run --new-store-key\", and train or import the models again.";
  private static final Pattern FILE =
      Pattern.compile("([a-z0-9-]{1,64})~([0-9]{1,19})" + Pattern.quote(SUFFIX));

  private final Path directory;
  private final Principal party;
  private final SealedFile files;

  private SealedStore(Path directory, Principal party, SealedFile files) {
    this.directory = directory;
    this.party = party;
    this.files = files;
  }

  /**
   * Opens the store in a party's state directory, with a new store key if there is none yet.
   *
   * @param random for keys and nonces
   */
  public static SealedStore open(Path state, Principal party, SecureRandom random)
      throws IOException {
    SealedStore store = beside(state, party, random);
    removeTemporaries(store.directory);
    return store;
  }

  /**
   * The same for a command that runs beside the party's node: what the node is just writing stays.
   */
  public static SealedStore beside(Path state, Principal party, SecureRandom random)
      throws IOException {
    Path directory = state.resolve(DIRECTORY);
    PrivateFiles.createDirectory(state);
    if (Files.notExists(state.resolve(KEY_FILE))) {
      requireFresh(state);
      MasterKey.create(state.resolve(KEY_FILE), random);
    }
    PrivateFiles.createDirectory(directory);
    FileKeys keys = new FileKeys(MasterKey.load(state.resolve(KEY_FILE)), random);
    SealedStore store = new SealedStore(directory, party, new SealedFile(keys));
    store.checkKey(state.resolve(KEY_FILE));
    if (!store.contains(KEY_CHECK)) {
      store.write(KEY_CHECK, new byte[0], List.of());
    }
    return store;
  }

  /**
   * The store that is there, for looking only: nothing is made or written.
   *
   * @throws StoreException if its key is missing, damaged or another one
   */
  public static SealedStore existing(Path state, Principal party) throws IOException {
    Path key = state.resolve(KEY_FILE);
    if (Files.notExists(key)) {
      throw missing(state);
    }
    FileKeys keys = new FileKeys(MasterKey.load(key), new SecureRandom());
    SealedStore store = new SealedStore(state.resolve(DIRECTORY), party, new SealedFile(keys));
    store.checkKey(key);
    return store;
  }

  /**
   * Begins a new store after the key was lost: the old files are moved aside, since nobody can read
   * them any more.
   *
   * @return where they are now, if there were any
   */
  public static Optional<Path> renew(Path state, SecureRandom random, Instant now)
      throws IOException {
    Path directory = state.resolve(DIRECTORY);
    Path aside = state.resolve(DIRECTORY + ".lost-" + now.getEpochSecond());
    boolean moved = Files.isDirectory(directory);
    if (moved) {
      Files.move(directory, aside);
    }
    if (Files.exists(state.resolve(KEY_FILE))) {
      PrivateFiles.createDirectory(aside);
      Files.move(state.resolve(KEY_FILE), aside.resolve(KEY_FILE));
    }
    PrivateFiles.createDirectory(state);
    MasterKey.create(state.resolve(KEY_FILE), random);
    return moved ? Optional.of(aside) : Optional.empty();
  }

  /** A new key opens nothing of old: it is made only where there is nothing of old. */
  private static void requireFresh(Path state) throws IOException {
    boolean audited = Files.exists(state.resolve("audit.jsonl"));
    boolean started = Files.isDirectory(state.resolve("started"));
    boolean stored = Files.isDirectory(state.resolve(DIRECTORY));
    if (audited || started || stored) {
      throw missing(state);
    }
  }

  private static StoreException missing(Path state) {
    return new StoreException(
        state.resolve(KEY_FILE) + " is missing, and " + state + " is of an earlier run. " + REMEDY);
  }

  /** The key is right if it opens one file; if none, the first says why. */
  private void checkKey(Path keyFile) throws IOException {
    StoreException first = null;
    for (StoreKey key : all()) {
      try {
        byte[] _ = readPublicHeader(key);
        return;
      } catch (StoreException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null && first.getCause() instanceof GeneralSecurityException) {
      throw new StoreException(
          keyFile
              + " is damaged, or is another key than the one of the sealed files: "
              + first.getMessage()
              + " "
              + REMEDY,
          first);
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * Stores arrays under a key, in place of what was there.
   *
   * @param publicHeader kept in the clear, authenticated: shapes, lineage, never a share
   * @param words the secret arrays; read, not kept
   */
  public void write(StoreKey key, byte[] publicHeader, List<long[]> words) throws IOException {
    if (publicHeader.length > PUBLIC_HEADER_BYTES_MAX || words.size() > ARRAYS_MAX) {
      throw new IllegalArgumentException(
          "a public header of "
              + publicHeader.length
              + " bytes and "
              + words.size()
              + " arrays; at most "
              + PUBLIC_HEADER_BYTES_MAX
              + " and "
              + ARRAYS_MAX);
    }
    SealedHeader.Builder header =
        expected(key)
            .setPublicHeader(ByteString.copyFrom(publicHeader))
            .setChunkBytes(SealedFile.CHUNK_BYTES);
    words.forEach(array -> header.addWords(array.length));
    Path file = file(key);
    PrivateFiles.createDirectory(file.getParent());
    files.write(file, header.build(), words);
  }

  /**
   * Reads what was stored under a key.
   *
   * @throws StoreException if there is no such file or it must not be used; the message says which
   */
  public Sealed read(StoreKey key) throws IOException {
    try {
      return files.read(file(key), key, expected(key).build());
    } catch (NoSuchFileException e) {
      throw new StoreException("There is no " + key + " in the store of " + party + ".", e);
    }
  }

  /** The public header alone, authenticated, without reading the shares. */
  public byte[] readPublicHeader(StoreKey key) throws IOException {
    try {
      return files.readPublicHeader(file(key), expected(key).build());
    } catch (NoSuchFileException e) {
      throw new StoreException("There is no " + key + " in the store of " + party + ".", e);
    }
  }

  /** Whether something is stored under this key. */
  public boolean contains(StoreKey key) {
    return Files.isRegularFile(file(key));
  }

  /**
   * Reads a file to its end and keeps nothing of it.
   *
   * @throws StoreException if it must not be used; the message names it and says why
   */
  public void check(StoreKey key) throws IOException {
    files.check(file(key), expected(key).build());
  }

  /** Everything of every kind. */
  public List<StoreKey> all() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<StoreKey> keys = new ArrayList<>();
    try (Stream<Path> kinds = Files.list(directory)) {
      for (Path kind : (Iterable<Path>) kinds.sorted()::iterator) {
        if (Files.isDirectory(kind)) {
          keys.addAll(list(kind.getFileName().toString()));
        }
      }
    }
    return keys;
  }

  /** Removes what is stored under this key, if anything is. */
  public boolean delete(StoreKey key) throws IOException {
    Path file = file(key);
    boolean deleted = Files.deleteIfExists(file);
    if (deleted) {
      PrivateFiles.syncDirectory(file.getParent());
    }
    return deleted;
  }

  /** Everything of a kind, by name and version. */
  public List<StoreKey> list(String kind) throws IOException {
    Path of = file(new StoreKey(kind, "any", 1)).getParent();
    if (!Files.isDirectory(of)) {
      return List.of();
    }
    List<StoreKey> keys = new ArrayList<>();
    try (Stream<Path> listing = Files.list(of)) {
      for (Path file : (Iterable<Path>) listing::iterator) {
        Matcher name = FILE.matcher(file.getFileName().toString());
        if (name.matches()) {
          keys.add(new StoreKey(kind, name.group(1), Long.parseLong(name.group(2))));
        }
      }
    }
    keys.sort(Comparator.comparing(StoreKey::name).thenComparingLong(StoreKey::version));
    return keys;
  }

  /** The highest version stored under this kind and name. */
  public Optional<StoreKey> latest(String kind, String name) throws IOException {
    return list(kind).stream()
        .filter(key -> key.name().equals(name))
        .max(Comparator.comparingLong(StoreKey::version));
  }

  private SealedHeader.Builder expected(StoreKey key) {
    return SealedHeader.newBuilder()
        .setFormatVersion(FORMAT_VERSION)
        .setParty(party.toString())
        .setKind(key.kind())
        .setName(key.name())
        .setVersion(key.version());
  }

  /** Where it is, for messages to the administrator. */
  public Path file(StoreKey key) {
    // The tilde is in no name, so no two keys share a file.
    return directory.resolve(key.kind()).resolve(key.name() + "~" + key.version() + SUFFIX);
  }

  private static void removeTemporaries(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory, 2)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        if (file.getFileName().toString().endsWith(PrivateFiles.TEMPORARY_SUFFIX)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Names the party only. */
  @Override
  public String toString() {
    return "SealedStore[" + party + "]";
  }
}
