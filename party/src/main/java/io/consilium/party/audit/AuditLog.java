package io.consilium.party.audit;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The append-only log {@code audit.jsonl}: each line carries the hash of the line before, and every
 * {@value #SIGN_EVERY} lines (and at each close) the party signs the newest hash. An event is on
 * the disk when {@link #append} returns.
 *
 * <p>What cannot be written whole is taken back, so that a full disk leaves no part of a line. The
 * next attempt that succeeds notes how long the log could not be written.
 *
 * <p>What is not detected: dropping lines after the last signature, by somebody who then also
 * continues the chain; at most {@value #SIGN_EVERY} lines minus one. Dropping the signature itself
 * is detected here; dropping it with all that it covers is, by the other parties, who keep it.
 *
 * <p>Safe for use by several threads; one process at a time may append.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

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
  private final LineFile lines;
  private boolean closed;
  private long seq;
  private String hash = AuditEntry.NO_HASH;
  private String first = AuditEntry.NO_HASH;
  private boolean renewed;
  private long length;
  private long signedSeq;
  private Optional<Outage> outage = Optional.empty();
  private Optional<String> distrust = Optional.empty();

  /** Since when the log cannot be written, and how many facts could not be. */
  private record Outage(Instant since, long facts) {}

  private AuditLog(
      Path directory, Identity identity, Clock clock, FileChannel lock, LineFile lines) {
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
    return open(state, identity, clock, UnaryOperator.identity());
  }

  /** The same on another disk. */
  static AuditLog open(Path state, Identity identity, Clock clock, UnaryOperator<LineFile> disk)
      throws IOException {
    PrivateFiles.createDirectory(state);
    Path file = state.resolve(AuditFile.FILE);
    // A file of its own: a process loses its lock on a file whenever it closes any reader of it.
    FileChannel lock = FileChannel.open(state.resolve(LOCK_FILE), OWNER_CREATES, OWNER_ONLY);
    try {
      lock(file, lock);
      // Made with its permissions, which a RandomAccessFile would not give it.
      FileChannel.open(file, OWNER_CREATES, OWNER_ONLY).close();
      DiskLines lines = new DiskLines(file);
      try {
        AuditLog log = new AuditLog(state, identity, clock, lock, disk.apply(lines));
        log.resume(file, lines.wholeLines());
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

  /**
   * Looks whether a node uses the state directory.
   *
   * @throws AuditInUseException if one does
   */
  public static void requireUnused(Path state) throws IOException {
    PrivateFiles.createDirectory(state);
    try (FileChannel lock = FileChannel.open(state.resolve(LOCK_FILE), OWNER_CREATES, OWNER_ONLY)) {
      lock(state.resolve(AuditFile.FILE), lock);
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

  /**
   * Goes on where the log ends. A crash in the middle of an append leaves a part of a line, which
   * was never acknowledged: it is cut off, and the log says so.
   */
  private void resume(Path file, long whole) throws IOException {
    long torn = lines.length() - whole;
    lines.cutTo(whole);
    length = whole;
    Optional<AuditHead> head = AuditHead.read(directory, identity.trust(), identity.principal());
    if (head.isEmpty() && length == 0) {
      // From the first line on there is a signature, so that its absence means something.
      sign();
      head = Optional.of(head());
    }
    Optional<AuditEntry> last = AuditFile.walk(file, head, this::noteFirst);
    seq = last.map(AuditEntry::seq).orElse(0L);
    hash = last.map(AuditEntry::hash).orElse(AuditEntry.NO_HASH);
    signedSeq = head.orElseThrow().seq();
    if (torn > 0) {
      LOG.warn("A crash left {} bytes of a line at the end of {}; they were cut off.", torn, file);
      append(
          new AuditEvent(
              identity.principal().toString(),
              "audit.repaired",
              "",
              Map.of("bytes", Long.toString(torn))));
    }
  }

  private void noteFirst(AuditEntry entry) {
    if (entry.seq() == 1) {
      first = entry.hash();
      renewed = entry.action().equals(AuditRenewal.ACTION);
    }
  }

  /** Writes an event; it is on the disk when this returns. */
  public void append(AuditEvent event) throws IOException {
    append(List.of(event));
  }

  /**
   * Writes events, one line for each; they are on the disk, all of them, when this returns.
   *
   * @throws UnwritableException if they are not; then none of them is in the log
   */
  public synchronized void append(List<AuditEvent> events) throws IOException {
    if (distrust.isPresent()) {
      throw new AuditException(distrust.get());
    }
    try {
      lines.cutTo(length);
      signIfDue();
      write(outage.isPresent() ? withOutage(events) : events);
    } catch (IOException e) {
      throw unwritable(events.size(), e);
    }
    if (outage.isPresent()) {
      LOG.info("The audit log can be written again.");
      outage = Optional.empty();
    }
    try {
      signIfDue();
    } catch (IOException e) {
      // The lines are there. The next ones have to wait for the signature.
      UnwritableException _ = unwritable(0, e);
    }
  }

  private void signIfDue() throws IOException {
    if (seq - signedSeq >= SIGN_EVERY) {
      sign();
    }
  }

  private void write(List<AuditEvent> events) throws IOException {
    String time = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    StringBuilder text = new StringBuilder();
    List<AuditEntry> entries = new ArrayList<>();
    long nextSeq = seq;
    String nextHash = hash;
    for (AuditEvent event : events) {
      AuditEntry entry = AuditEntry.next(nextSeq + 1, time, event, nextHash);
      text.append(entry.line()).append('\n');
      entries.add(entry);
      nextSeq = entry.seq();
      nextHash = entry.hash();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    lines.append(bytes);
    length += bytes.length;
    seq = nextSeq;
    hash = nextHash;
    entries.forEach(this::noteFirst);
  }

  private List<AuditEvent> withOutage(List<AuditEvent> events) {
    Outage over = outage.orElseThrow();
    List<AuditEvent> all = new ArrayList<>();
    all.add(
        new AuditEvent(
            identity.principal().toString(),
            "audit.resumed",
            "",
            Map.of("since", over.since().toString(), "facts", Long.toString(over.facts()))));
    all.addAll(events);
    return all;
  }

  /** Takes back what was half written; if that fails, too, the next append does. */
  private UnwritableException unwritable(int facts, IOException e) {
    try {
      lines.cutTo(length);
    } catch (IOException again) {
      e.addSuppressed(again);
    }
    UnwritableException failure = new UnwritableException(e);
    if (outage.isEmpty()) {
      LOG.error("{} Nothing is accepted or answered until it can.", failure.getMessage());
    }
    Outage before = outage.orElseGet(() -> new Outage(clock.instant(), 0));
    outage = Optional.of(new Outage(before.since(), before.facts() + facts));
    return failure;
  }

  // ---- signatures ------------------------------------------------------------------------------

  private void sign() throws IOException {
    head().write(directory, identity);
    signedSeq = seq;
  }

  private AuditHead head() {
    return new AuditHead(seq, hash, first, renewed);
  }

  /** The party's signature over everything that is in the log now, for the other parties. */
  public synchronized SignedDocument signedHead() {
    return head().sign(identity);
  }

  /**
   * Compares the log with a signature that another party kept.
   *
   * @throws AuditException if the log is not one that continues what was signed
   */
  public void compare(SignedDocument kept, String keeper) throws IOException {
    AuditHead now;
    synchronized (this) {
      now = head();
    }
    long _ =
        compare(
            directory,
            now,
            AuditHead.verify(kept, identity.trust(), identity.principal(), keeper),
            keeper);
  }

  /** Whether this party signed it, under a certificate that is still valid. */
  public boolean isSignedHere(SignedDocument kept) {
    try {
      AuditHead _ = AuditHead.verify(kept, identity.trust(), identity.principal(), "it");
      return true;
    } catch (AuditException e) {
      return false;
    }
  }

  /**
   * The same for a log that is not open here, whose chain was checked.
   *
   * @return how many lines the signature is over
   */
  public static long compare(
      Path state, Trust trust, Principal party, SignedDocument kept, String keeper)
      throws IOException {
    AuditHead now =
        AuditHead.read(state, trust, party)
            .orElseThrow(() -> new AuditException("The log is not signed."));
    return compare(state, now, AuditHead.verify(kept, trust, party, keeper), keeper);
  }

  private static long compare(Path state, AuditHead now, AuditHead kept, String keeper)
      throws IOException {
    // Somebody with the party's key may have said that the log begins anew; the others noted it.
    if (!now.renewed() || now.first().equals(kept.first())) {
      AuditFile.contains(state.resolve(AuditFile.FILE), kept, keeper);
    }
    return kept.seq();
  }

  /** The newest signature on the disk. */
  public static SignedDocument newestSignature(Path state) throws IOException {
    return AuditHead.readSigned(state.resolve(AuditHead.FILE));
  }

  /** From now on nothing is written: the log is not the one that was signed. */
  public synchronized void distrust(String sentence) {
    distrust = Optional.of(sentence);
  }

  /** Signs what is not signed yet and lets go of the file. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (seq > signedSeq && distrust.isEmpty()) {
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
