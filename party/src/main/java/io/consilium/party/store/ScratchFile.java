package io.consilium.party.store;

import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Words on disk that only this object can read: it alone has the key. They are written from front
 * to back and then read anywhere. Each chunk is encrypted and authenticated by itself and bound to
 * its place, so a changed, cut or exchanged chunk is refused; no older state can be put back, since
 * every file has a key of its own and every chunk is written once.
 *
 * <p>One thread at a time.
 */
public final class ScratchFile implements AutoCloseable {
  private final Path file;
  private final int chunkWords;
  private Optional<ChunkCipher> cipher;
  private long words;
  private boolean complete;

  /** Only while the file is used: there may be thousands of files. */
  private Optional<Use> use = Optional.empty();

  /** An open file and its buffers. */
  private static final class Use {
    final FileChannel channel;
    final ByteBuffer plain;
    final ByteBuffer sealed;

    /** The chunk that is in {@link #plain} for reading. */
    long opened = -1;

    Use(FileChannel channel, int chunkWords) {
      this.channel = channel;
      this.plain = ByteBuffer.allocate(chunkWords * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      this.sealed = ByteBuffer.allocate(chunkWords * Long.BYTES + ChunkCipher.TAG_BYTES);
    }
  }

  private ScratchFile(Path file, int chunkWords, ChunkCipher cipher) {
    this.file = file;
    this.chunkWords = chunkWords;
    this.cipher = Optional.of(cipher);
  }

  static ScratchFile create(Path file, int chunkWords, SecureRandom random) throws IOException {
    if (chunkWords < 1) {
      throw new IllegalArgumentException("a chunk has words, not " + chunkWords);
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    byte[] key = new byte[MasterKey.KEY_BYTES];
    random.nextBytes(key);
    try {
      SecretKey own = new SecretKeySpec(key, "AES");
      return new ScratchFile(file, chunkWords, new ChunkCipher(own, new byte[0]));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Words so far. */
  public long words() {
    return words;
  }

  /** Writes words behind those that are there. */
  public void append(long[] source, int from, int count) throws IOException {
    if (complete) {
      throw new IllegalStateException("the file is complete");
    }
    Use in = use();
    int done = 0;
    while (done < count) {
      int part = Math.min(count - done, in.plain.remaining() / Long.BYTES);
      in.plain.asLongBuffer().put(source, from + done, part);
      in.plain.position(in.plain.position() + part * Long.BYTES);
      done += part;
      words += part;
      if (!in.plain.hasRemaining()) {
        writeChunk(in, words / chunkWords - 1);
      }
    }
  }

  /** Ends the writing; reading begins. */
  public void complete() throws IOException {
    if (use.isPresent() && use.get().plain.position() > 0) {
      writeChunk(use.get(), words / chunkWords);
    }
    complete = true;
    rest();
  }

  private void writeChunk(Use in, long chunk) throws IOException {
    try {
      cipher().seal(place(chunk), in.plain.flip(), in.sealed.clear());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
    PrivateFiles.writeFully(in.channel, in.sealed.flip());
    in.plain.clear();
  }

  /** Chunks are told apart by their numbers, and their total is known here: none is the last. */
  private static ChunkCipher.Place place(long chunk) {
    return new ChunkCipher.Place(chunk, false);
  }

  /**
   * Reads words from a place on. The chunk that was read last is still there, so neighbours are
   * cheap.
   *
   * @throws StoreException if what is on the disk is not what was written
   */
  public void read(long from, long[] target, int at, int count) throws IOException {
    if (!complete || from < 0 || from + count > words) {
      throw new IllegalArgumentException("words from " + from + " on are not there to be read");
    }
    Use in = use();
    int done = 0;
    while (done < count) {
      long word = from + done;
      openChunk(in, word / chunkWords);
      int inside = (int) (word % chunkWords);
      int part = Math.min(count - done, chunkWords - inside);
      in.plain.asLongBuffer().get(inside, target, at + done, part);
      done += part;
    }
  }

  private void openChunk(Use in, long chunk) throws IOException {
    if (chunk == in.opened) {
      return;
    }
    in.opened = -1;
    int bytes = (int) Math.min(chunkWords, words - chunk * chunkWords) * Long.BYTES;
    in.sealed.clear().limit(bytes + ChunkCipher.TAG_BYTES);
    long position = chunk * ((long) chunkWords * Long.BYTES + ChunkCipher.TAG_BYTES);
    while (in.sealed.hasRemaining()) {
      int read = in.channel.read(in.sealed, position + in.sealed.position());
      if (read < 0) {
        throw new StoreException(file + " was cut off while it was in use.");
      }
    }
    try {
      cipher().open(place(chunk), in.sealed.flip(), in.plain.clear());
    } catch (GeneralSecurityException e) {
      throw new StoreException(
          file + " was changed while it was in use: a part of it does not authenticate.", e);
    }
    in.plain.clear();
    in.opened = chunk;
  }

  private ChunkCipher cipher() {
    return cipher.orElseThrow(() -> new IllegalStateException("the file is closed"));
  }

  private Use use() throws IOException {
    var _ = cipher();
    if (use.isEmpty()) {
      FileChannel channel =
          FileChannel.open(file, complete ? StandardOpenOption.READ : StandardOpenOption.WRITE);
      use = Optional.of(new Use(channel, chunkWords));
    }
    return use.get();
  }

  /** Gives back what the file occupies while it is used; the next reading takes it again. */
  public void rest() throws IOException {
    if (use.isPresent()) {
      Arrays.fill(use.get().plain.array(), (byte) 0);
      use.get().channel.close();
      use = Optional.empty();
    }
  }

  /** Forgets the key and deletes the file. */
  @Override
  public void close() throws IOException {
    cipher = Optional.empty();
    rest();
    Files.deleteIfExists(file);
  }

  /** Never the content. */
  @Override
  public String toString() {
    return "ScratchFile[" + words + " words]";
  }
}
