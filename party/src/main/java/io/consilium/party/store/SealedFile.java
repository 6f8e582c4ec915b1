package io.consilium.party.store;

import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.party.files.PrivateFiles;
import io.consilium.party.store.wire.SealedEnvelope;
import io.consilium.party.store.wire.SealedHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The layout of one sealed file: eight letters, the envelope's length (4 bytes) and the envelope,
 * then the chunks. At most one chunk is held in memory besides the arrays themselves.
 */
final class SealedFile {

  /** Plain bytes in every chunk but the last. */
  static final int CHUNK_BYTES = 1 << 20;

  private static final byte[] MAGIC = "CNSLSEAL".getBytes(StandardCharsets.US_ASCII);
  private static final int ENVELOPE_BYTES_MAX = SealedStore.PUBLIC_HEADER_BYTES_MAX + (64 << 10);

  private final FileKeys keys;

  SealedFile(FileKeys keys) {
    this.keys = keys;
  }

  void write(Path file, SealedHeader header, List<long[]> words) throws IOException {
    try {
      FileKeys.Fresh fresh = keys.fresh(header.toByteArray());
      byte[] envelope = fresh.envelope().toByteArray();
      PrivateFiles.replace(
          file,
          channel -> {
            ByteBuffer start = ByteBuffer.allocate(MAGIC.length + Integer.BYTES + envelope.length);
            start.put(MAGIC).putInt(envelope.length).put(envelope).flip();
            PrivateFiles.writeFully(channel, start);
            writeChunks(channel, fresh.chunks(), words);
          });
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    }
  }

  private static void writeChunks(FileChannel channel, ChunkCipher cipher, List<long[]> words)
      throws IOException {
    WordSource source = new WordSource(words);
    ByteBuffer plain = ByteBuffer.allocate(CHUNK_BYTES);
    ByteBuffer sealed = ByteBuffer.allocate(CHUNK_BYTES + ChunkCipher.TAG_BYTES);
    try {
      long index = 0;
      boolean last;
      do {
        source.fill(plain.clear());
        last = source.isEmpty();
        cipher.seal(new ChunkCipher.Place(index, last), plain.flip(), sealed.clear());
        PrivateFiles.writeFully(channel, sealed.flip());
        index++;
      } while (!last);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-GCM", e);
    } finally {
      Arrays.fill(plain.array(), (byte) 0);
    }
  }

  Sealed read(Path file, StoreKey key, SealedHeader expected) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Opened opened = open(file, channel, expected);
      List<long[]> words = new ArrayList<>();
      // Checked against the file's length before anything of that size is allocated.
      for (long length : opened.header().getWordsList()) {
        words.add(new long[Math.toIntExact(length)]);
      }
      readChunks(file, channel, opened.chunks(), new WordSink(words)::drain);
      return new Sealed(key, opened.header().getPublicHeader().toByteArray(), words);
    }
  }

  /** Authenticates every byte of a file. */
  void check(Path file, SealedHeader expected) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      readChunks(file, channel, open(file, channel, expected).chunks(), plain -> {});
    }
  }

  byte[] readPublicHeader(Path file, SealedHeader expected) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return open(file, channel, expected).header().getPublicHeader().toByteArray();
    }
  }

  private record Opened(SealedHeader header, ChunkCipher chunks) {}

  private Opened open(Path file, FileChannel channel, SealedHeader expected) throws IOException {
    SealedEnvelope envelope = readEnvelope(file, channel);
    try {
      ChunkCipher chunks = keys.open(envelope); // From here on the header is authentic.
      SealedHeader header = SealedHeader.parseFrom(envelope.getHeader());
      checkHeader(file, header, expected);
      checkLength(file, channel, header);
      return new Opened(header, chunks);
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(file + " is damaged: its header cannot be read.", e);
    } catch (GeneralSecurityException e) {
      throw new StoreException(
          file
              + " cannot be opened: it was changed, or sealed with another store key than this"
              + " party's.",
          e);
    }
  }

  private static SealedEnvelope readEnvelope(Path file, FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(MAGIC.length + Integer.BYTES);
    if (!readFully(channel, start) || !Arrays.equals(MAGIC, 0, 8, start.array(), 0, 8)) {
      throw new StoreException(file + " is not a sealed file.");
    }
    int length = start.flip().position(MAGIC.length).getInt();
    if (length < 0 || length > ENVELOPE_BYTES_MAX || length > channel.size()) {
      throw new StoreException(file + " is damaged: its header has an impossible length.");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    if (!readFully(channel, bytes)) {
      throw new StoreException(file + " is cut off in its header.");
    }
    try {
      return SealedEnvelope.parseFrom(bytes.flip());
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException(file + " is damaged: its header cannot be read.", e);
    }
  }

  private static void checkHeader(Path file, SealedHeader header, SealedHeader expected)
      throws StoreException {
    if (header.getFormatVersion() != expected.getFormatVersion()) {
      throw new StoreException(
          file
              + " has format "
              + header.getFormatVersion()
              + "; this program reads format "
              + expected.getFormatVersion()
              + ".");
    }
    if (!header.getParty().equals(expected.getParty())
        || !header.getKind().equals(expected.getKind())
        || !header.getName().equals(expected.getName())
        || header.getVersion() != expected.getVersion()) {
      throw new StoreException(
          file
              + " holds "
              + header.getKind()
              + "/"
              + header.getName()
              + "/"
              + header.getVersion()
              + " of "
              + header.getParty()
              + ", not what its name says. It was moved or swapped.");
    }
  }

  private static void checkLength(Path file, FileChannel channel, SealedHeader header)
      throws IOException {
    long plain = 0;
    for (long length : header.getWordsList()) {
      if (length < 0
          || length > Integer.MAX_VALUE
          || header.getWordsCount() > SealedStore.ARRAYS_MAX) {
        throw new StoreException(file + " is damaged: it has impossible lengths.");
      }
      plain += length * Long.BYTES;
    }
    long chunks = Math.max(1, Math.ceilDiv(plain, CHUNK_BYTES));
    long expected = channel.position() + plain + chunks * ChunkCipher.TAG_BYTES;
    if (header.getChunkBytes() != CHUNK_BYTES || channel.size() != expected) {
      throw new StoreException(
          file
              + " has "
              + channel.size()
              + " bytes in place of "
              + expected
              + ": it was cut or"
              + " extended.");
    }
  }

  private static void readChunks(
      Path file, FileChannel channel, ChunkCipher cipher, Consumer<ByteBuffer> sink)
      throws IOException {
    ByteBuffer plain = ByteBuffer.allocate(CHUNK_BYTES);
    ByteBuffer sealed = ByteBuffer.allocate(CHUNK_BYTES + ChunkCipher.TAG_BYTES);
    try {
      long index = 0;
      boolean last;
      do {
        readFully(channel, sealed.clear());
        last = channel.position() == channel.size();
        cipher.open(new ChunkCipher.Place(index, last), sealed.flip(), plain.clear());
        sink.accept(plain.flip());
        index++;
      } while (!last);
    } catch (GeneralSecurityException e) {
      throw new StoreException(file + " was changed: a part of it does not authenticate.", e);
    } finally {
      Arrays.fill(plain.array(), (byte) 0);
    }
  }

  /** Reads until the buffer is full; false if the file ends before. */
  private static boolean readFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }
}
