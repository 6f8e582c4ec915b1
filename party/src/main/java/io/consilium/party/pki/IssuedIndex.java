package io.consilium.party.pki;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The authority's memory of every certificate it issued: one JSON object per line, appended before
 * the certificate leaves. Open means locked, so that two people signing at once cannot both issue
 * for the same name.
 */
final class IssuedIndex implements AutoCloseable {

  static final String FILE = "issued.jsonl";

  private static final int FILE_BYTES_MAX = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;
  private final List<Entry> entries;

  /** One certificate; times are ISO 8601. */
  record Entry(String principal, String serial, String notBefore, String notAfter, String key) {

    boolean isFor(Principal who) {
      return principal.equals(who.toString());
    }

    Instant end() {
      return Instant.parse(notAfter);
    }
  }

  private IssuedIndex(Path file, FileChannel channel, List<Entry> entries) {
    this.file = file;
    this.channel = channel;
    this.entries = entries;
  }

  static IssuedIndex open(Path authorityDirectory) throws UserException, IOException {
    Path file = authorityDirectory.resolve(FILE);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(file, channel);
      return new IssuedIndex(file, channel, read(file, channel));
    } catch (UserException | IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(Path file, FileChannel channel) throws UserException, IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // The same process holds it: the same answer as for another process, below.
    }
    if (lock == null) {
      throw new UserException(
          ExitCode.NOT_READY, file + " is in use: somebody else is signing right now. Try again.");
    }
  }

  private static List<Entry> read(Path file, FileChannel channel)
      throws UserException, IOException {
    if (channel.size() > FILE_BYTES_MAX) {
      throw new UserException(ExitCode.BAD_DATA, file + " is larger than 16 MiB.");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // Reads until the end of the file.
    }
    String text = new String(bytes.array(), StandardCharsets.UTF_8);
    List<Entry> entries = new ArrayList<>();
    int line = 0;
    for (String json : text.lines().toList()) {
      line++;
      try {
        Entry entry = JSON.readValue(json, Entry.class);
        Instant.parse(entry.notAfter());
        entries.add(entry);
      } catch (JsonProcessingException | RuntimeException e) {
        throw new UserException(
            ExitCode.BAD_DATA,
            file + ", line " + line + " is damaged. Restore the file from a copy before signing.",
            e);
      }
    }
    return entries;
  }

  /** The certificate of this principal that is valid longest, if any is valid now. */
  Optional<Entry> valid(Principal principal, Instant now) {
    return entries.stream()
        .filter(entry -> entry.isFor(principal) && entry.end().isAfter(now))
        .reduce((first, second) -> first.end().isAfter(second.end()) ? first : second);
  }

  void append(Entry entry) throws IOException {
    byte[] line = (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    channel.position(channel.size());
    PrivateFiles.writeFully(channel, ByteBuffer.wrap(line));
    channel.force(true);
    entries.add(entry);
  }

  @Override
  public void close() throws IOException {
    channel.close(); // Releases the lock.
  }

  @Override
  public String toString() {
    return "IssuedIndex[" + file + "]";
  }
}
