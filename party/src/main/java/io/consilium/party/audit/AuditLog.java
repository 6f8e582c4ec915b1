package io.consilium.party.audit;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The append-only log {@code audit.jsonl}: each line carries the hash of the line before, and every
 * {@value #SIGN_EVERY} lines (and at each close) the party signs the newest hash. An event is on
 * the disk when {@link #append} returns.
 *
 * <p>What is not detected: dropping lines after the last signature, by somebody who then also
 * continues the chain; at most {@value #SIGN_EVERY} lines minus one.
 *
 * <p>Safe for use by several threads; one process at a time may append.
 */
public final class AuditLog implements AutoCloseable {

  /** How many lines there may be after the newest signature. */
  public static final int SIGN_EVERY = 16;

  private static final String LOCK_FILE = "audit.lock";
  private static final Set<StandardOpenOption> OWNER_CREATES =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The most lines that {@link #verify} returns. */
  public static final int ENTRIES_MAX = 1_000_000;

  private final Path directory;
  private final Identity identity;
  private final Clock clock;
  private final FileChannel lock;
  // Not a channel: an interrupted thread, such as that of a cancelled job, would close it.
  private final RandomAccessFile lines;
  private boolean closed;
  private long seq;
  private String hash;
  private long signedSeq;

  private AuditLog(
      Path directory, Identity identity, Clock clock, FileChannel lock, RandomAccessFile lines) {
    this.directory = directory;
    this.identity = identity;
    this.clock = clock;
    this.lock = lock;
    this.lines = lines;
  }

  /**
   * Opens the log in a party's state directory, or begins one.
   *
   * @throws AuditException if the log was tampered with; the site then has to look into it and move
   *     the log away before the node can start
   * @throws AuditInUseException if another node has it open
   */
  public static AuditLog open(Path state, Identity identity, Clock clock) throws IOException {
    PrivateFiles.createDirectory(state);
    Path file = state.resolve(AuditFile.FILE);
    // A file of its own: a process loses its lock on a file whenever it closes any reader of it.
    FileChannel lock = FileChannel.open(state.resolve(LOCK_FILE), OWNER_CREATES, OWNER_ONLY);
    try {
      lock(file, lock);
      // Made with its permissions, which a RandomAccessFile would not give it.
      FileChannel.open(file, OWNER_CREATES, OWNER_ONLY).close();
      RandomAccessFile lines = new RandomAccessFile(file.toFile(), "rw");
      try {
        cutTornLine(lines);
        AuditLog log = new AuditLog(state, identity, clock, lock, lines);
        log.resume(file);
        return log;
      } catch (IOException | RuntimeException e) {
        lines.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process holds it: the same answer as for another process, below.
    }
    if (lock == null) {
      throw new AuditInUseException(file + " is in use: the party's node is already running.");
    }
  }

  /** A crash in the middle of an append leaves a part of a line, which was never acknowledged. */
  private static void cutTornLine(RandomAccessFile lines) throws IOException {
    long end = lines.length();
    while (end > 0) {
      lines.seek(end - 1);
      if (lines.read() == '\n') {
        break;
      }
      end--;
    }
    if (end < lines.length()) {
      lines.setLength(end);
      lines.getFD().sync();
    }
  }

  private void resume(Path file) throws IOException {
    Optional<AuditHead> head = AuditHead.read(directory, identity.trust(), identity.principal());
    Optional<AuditEntry> last = AuditFile.walk(file, head, entry -> {});
    seq = last.map(AuditEntry::seq).orElse(0L);
    hash = last.map(AuditEntry::hash).orElse(AuditEntry.NO_HASH);
    signedSeq = head.map(AuditHead::seq).orElse(0L);
    lines.seek(lines.length());
  }

  /** Writes an event; it is on the disk when this returns. */
  public void append(AuditEvent event) throws IOException {
    append(List.of(event));
  }

  /** Writes events, one line for each; they are on the disk, all of them, when this returns. */
  public synchronized void append(List<AuditEvent> events) throws IOException {
    String time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    StringBuilder text = new StringBuilder();
    long lastSeq = seq;
    String lastHash = hash;
    for (AuditEvent event : events) {
      AuditEntry entry = AuditEntry.next(lastSeq + 1, time, event, lastHash);
      text.append(entry.line()).append('\n');
      lastSeq = entry.seq();
      lastHash = entry.hash();
    }
    lines.write(text.toString().getBytes(StandardCharsets.UTF_8));
    lines.getFD().sync();
    seq = lastSeq;
    hash = lastHash;
    if (seq - signedSeq >= SIGN_EVERY) {
      sign();
    }
  }

  private void sign() throws IOException {
    new AuditHead(seq, hash).write(directory, identity);
    signedSeq = seq;
  }

  /** Signs what is not signed yet and lets go of the file. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (seq > signedSeq) {
        sign();
      }
    } finally {
      lines.close();
      lock.close();
    }
  }

  /**
   * Checks a log from its first line to its last, also while a node appends to it.
   *
   * @throws AuditException if anything was changed; the message says which line
   */
  public static List<AuditEntry> verify(Path state, Trust trust, Principal party)
      throws IOException {
    Path file = state.resolve(AuditFile.FILE);
    if (!Files.exists(file)) {
      throw new AuditException(file + " does not exist: this party has not run yet.");
    }
    List<AuditEntry> entries = new ArrayList<>();
    AuditFile.walk(
        file,
        AuditHead.read(state, trust, party),
        entry -> {
          if (entries.size() < ENTRIES_MAX) {
            entries.add(entry);
          }
        });
    return entries;
  }

  /** The log's directory only. */
  @Override
  public String toString() {
    return "AuditLog[" + directory + "]";
  }
}
