package io.consilium.party.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.party.Enrolled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditLogTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");

  @TempDir private Path directory;
  private Enrolled enrolled;
  private Identity identity;
  private Path state;
  private Path file;

  @BeforeEach
  void enrol() throws Exception {
    enrolled = new Enrolled(directory);
    identity = enrolled.identity(HOSPITAL);
    state = directory.resolve("state");
    file = state.resolve("audit.jsonl");
  }

  private AuditLog open() throws Exception {
    return AuditLog.open(state, identity, Clock.systemUTC());
  }

  private List<AuditEntry> verify() throws Exception {
    return AuditLog.verify(state, identity.trust(), HOSPITAL);
  }

  private void write(int events) throws Exception {
    try (AuditLog log = open()) {
      for (int i = 0; i < events; i++) {
        log.append(
            new AuditEvent(
                "researcher:anna", "job.submitted", "0123456789ab", Map.of("rows", "" + i)));
      }
    }
  }

  @Test
  void remembersEveryEventAcrossRestarts() throws Exception {
    write(20);
    write(3);

    List<AuditEntry> entries = verify();

    assertThat(entries).hasSize(23);
    assertThat(entries.stream().map(AuditEntry::seq))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 23).mapToObj(i -> (long) i).toList());
    assertThat(entries.get(4).detail()).containsEntry("rows", "4");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void writesManyEventsAtOnceInOneChainAndSignsThem() throws Exception {
    List<AuditEvent> events = new ArrayList<>();
    for (int i = 0; i < 2 * AuditLog.SIGN_EVERY; i++) {
      events.add(new AuditEvent("client:ward-1", "value.opened", "", Map.of("query", "" + i)));
    }

    try (AuditLog log = open()) {
      log.append(events.subList(0, 1));
      log.append(events.subList(1, events.size()));

      List<String> lines = Files.readAllLines(file);
      Files.write(file, lines.subList(0, lines.size() - 1));
      assertThatThrownBy(this::verify).hasMessageContaining("was cut");
      Files.write(file, lines);
    }

    assertThat(verify().stream().map(entry -> entry.detail().get("query")))
        .containsExactlyElementsOf(
            events.stream().map(event -> event.detail().get("query")).toList());
  }

  @Test
  void detectsAThousandRandomEdits() throws Exception {
    write(40);
    byte[] good = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(11);

    for (int i = 0; i < 1_000; i++) {
      Files.write(file, edited(good, random));

      assertThatThrownBy(this::verify).as("edit " + i).isInstanceOf(AuditException.class);
    }
    Files.write(file, good);
    assertThat(verify()).hasSize(40);
  }

  private static byte[] edited(byte[] good, SplittableRandom random) {
    List<String> lines = new ArrayList<>(new String(good, StandardCharsets.UTF_8).lines().toList());
    int at = random.nextInt(lines.size());
    int other = (at + 1 + random.nextInt(lines.size() - 1)) % lines.size();
    switch (random.nextInt(7)) {
      case 0 -> {
        byte[] bytes = good.clone();
        int bit = random.nextInt(bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        return bytes;
      }
      case 1 -> lines.remove(at);
      case 2 -> lines.add(at, lines.get(other));
      case 3 -> Collections.swap(lines, at, other);
      case 4 -> lines.set(at, lines.get(at).replace("anna", "bert"));
      case 5 -> {
        return Arrays.copyOf(good, random.nextInt(good.length));
      }
      default -> {
        byte[] bytes = Arrays.copyOf(good, good.length + 1);
        int position = random.nextInt(good.length);
        System.arraycopy(good, position, bytes, position + 1, good.length - position);
        bytes[position] = (byte) " x\n\r0".charAt(random.nextInt(5));
        return bytes;
      }
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void detectsAChainThatWasRewrittenFromTheStart() throws Exception {
    write(20);
    List<AuditEntry> entries = verify();
    StringBuilder forged = new StringBuilder();
    String hash = AuditEntry.NO_HASH;
    for (AuditEntry entry : entries) {
      AuditEvent event = new AuditEvent("researcher:bert", entry.action(), entry.job());
      AuditEntry next = AuditEntry.next(entry.seq(), entry.time(), event, hash);
      forged.append(next.line()).append('\n');
      hash = next.hash();
    }
    Files.writeString(file, forged);

    assertThatThrownBy(this::verify)
        .hasMessageContaining("line 20 is not the one that the party signed");
  }

  @Test
  void detectsWholeLinesCutFromTheEnd() throws Exception {
    write(20);
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(0, 12));

    assertThatThrownBy(this::verify)
        .hasMessageContaining("the party signed 20 lines, and 12 are there");
    assertThatThrownBy(this::open).isInstanceOf(AuditException.class);
  }

  @Test
  void detectsAHeadThatSomebodyElseSigned() throws Exception {
    write(3);
    Identity other = enrolled.identity(Principal.party("hospital-b"));
    AuditEntry last = verify().getLast();
    new AuditHead(last.seq(), last.hash(), verify().getFirst().hash(), false).write(state, other);

    assertThatThrownBy(this::verify)
        .hasMessageContaining("is signed by party:hospital-b, not by party:hospital-a");
    Files.writeString(state.resolve("audit.head.json"), "{}");
    assertThatThrownBy(this::verify).hasMessageContaining("audit.head.json is damaged");
  }

  @Test
  void refusesToContinueALogThatWasChanged() throws Exception {
    write(5);
    Files.writeString(file, Files.readString(file).replaceFirst("anna", "bert"));

    assertThatThrownBy(this::open).hasMessageContaining("line 1 was changed");
  }

  @Test
  void continuesAfterACrashInTheMiddleOfALine() throws Exception {
    write(5);
    Files.writeString(file, "{\"seq\":6,\"ti", StandardOpenOption.APPEND);
    write(1);

    assertThat(verify()).hasSize(7);
    assertThat(verify().get(5).action()).isEqualTo("audit.repaired");
    assertThat(verify().get(5).detail()).containsEntry("bytes", "12");
  }

  // ---- a disk that is full ---------------------------------------------------------------------

  /** Takes so many bytes more, and a part of the line that does not fit. */
  private static final class SmallDisk implements LineFile {
    private final LineFile file;
    private long room;
    private boolean cuts = true;

    SmallDisk(LineFile file, long room) {
      this.file = file;
      this.room = room;
    }

    @Override
    public long length() throws IOException {
      return file.length();
    }

    @Override
    public void append(byte[] bytes) throws IOException {
      int fits = (int) Math.min(room, bytes.length);
      file.append(Arrays.copyOf(bytes, fits));
      room -= fits;
      if (fits < bytes.length) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void cutTo(long length) throws IOException {
      if (!cuts) {
        throw new IOException("Input/output error");
      }
      file.cutTo(length);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static AuditEvent event(int number) {
    return new AuditEvent("researcher:anna", "job.proposed", "", Map.of("number", "" + number));
  }

  @Test
  void aFullDiskLeavesNoPartOfALineAndTheLogGoesOnWhenThereIsRoom() throws Exception {
    for (boolean cuts : List.of(true, false)) {
      for (int room = 0; room < 700; room += 41) {
        state = directory.resolve("state-" + cuts + room);
        file = state.resolve("audit.jsonl");
        SmallDisk[] disk = new SmallDisk[1];
        int free = room;
        int failures = 0;
        try (AuditLog log =
            AuditLog.open(
                state,
                identity,
                Clock.systemUTC(),
                lines -> {
                  disk[0] = new SmallDisk(lines, free);
                  return disk[0];
                })) {
          for (int number = 0; number < 4; number++) {
            disk[0].cuts = cuts || failures == 0;
            try {
              log.append(event(number));
              assertThat(failures).as("nothing is written while the disk is full").isZero();
            } catch (UnwritableException e) {
              assertThat(e).hasMessageContaining(failures == 0 || cuts ? "disk full" : "error");
              failures++;
            }
          }
          assertThat(failures).isPositive();
          disk[0].cuts = true;
          disk[0].room = 1 << 20;
          log.append(event(9));
        }

        List<AuditEntry> entries = verify();
        assertThat(entries).hasSize(4 - failures + 2);
        AuditEntry resumed = entries.get(entries.size() - 2);
        assertThat(resumed.action()).isEqualTo("audit.resumed");
        assertThat(resumed.detail()).containsEntry("facts", "" + failures);
        assertThat(entries.getLast().detail()).containsEntry("number", "9");
      }
    }
  }

  // ---- signatures that others keep -------------------------------------------------------------

  @Test
  void noticesThatItsSignatureWasDeleted() throws Exception {
    write(3);
    Files.delete(state.resolve("audit.head.json"));

    assertThatThrownBy(this::verify)
        .hasMessageContaining("audit.head.json")
        .hasMessageContaining("is missing");
    assertThatThrownBy(this::open).isInstanceOf(AuditException.class);
  }

  private SignedDocument signed() throws Exception {
    try (AuditLog log = open()) {
      return log.signedHead();
    }
  }

  private void compare(SignedDocument kept) throws Exception {
    try (AuditLog log = open()) {
      log.compare(kept, "hospital-b");
    }
  }

  @Test
  void aKeptSignatureShowsThatTheWholeLogWasReplaced() throws Exception {
    write(5);
    SignedDocument kept = signed();
    compare(kept);
    write(2);
    compare(kept);

    Files.delete(file);
    Files.delete(state.resolve("audit.head.json"));
    assertThatThrownBy(() -> compare(kept))
        .hasMessageContaining("hospital-b holds")
        .hasMessageContaining("fewer");
    write(9);
    assertThat(verify()).hasSize(9);
    assertThatThrownBy(() -> compare(kept)).hasMessageContaining("another line there");
  }

  @Test
  void aLogThatWasLostBeginsAnewUnderAReasonAndTheOthersNoteIt() throws Exception {
    PeerHeads heads = new PeerHeads(directory.resolve("other"), identity.trust());
    write(5);
    assertThat(heads.take(HOSPITAL, signed())).isEqualTo(PeerHeads.Change.NEWER);
    assertThat(heads.take(HOSPITAL, signed())).isEqualTo(PeerHeads.Change.SAME);
    SignedDocument old = signed();
    write(5);
    assertThat(heads.take(HOSPITAL, signed())).isEqualTo(PeerHeads.Change.NEWER);
    assertThat(heads.take(HOSPITAL, old)).isEqualTo(PeerHeads.Change.REFUSED);
    SignedDocument kept = heads.of(HOSPITAL).orElseThrow();

    Files.delete(file);
    Files.delete(state.resolve("audit.head.json"));
    write(30);
    assertThat(heads.take(HOSPITAL, signed())).isEqualTo(PeerHeads.Change.REFUSED);
    assertThat(heads.of(HOSPITAL)).contains(kept);
    AuditRenewal.begin(state, identity, Clock.systemUTC(), "the disk broke");

    compare(kept);
    assertThat(heads.take(HOSPITAL, signed())).isEqualTo(PeerHeads.Change.RENEWED);
    assertThat(verify()).hasSize(1);
    assertThat(verify().getFirst().detail()).containsEntry("reason", "the disk broke");
    Identity other = enrolled.identity(Principal.party("hospital-b"));
    assertThatThrownBy(() -> heads.take(Principal.party("hospital-b"), signed()))
        .hasMessageContaining("not by party:hospital-b");
    assertThat(other.principal()).isNotEqualTo(HOSPITAL);
  }

  @Test
  void signsWhileItRunsNotOnlyAtTheEnd() throws Exception {
    try (AuditLog log = open()) {
      for (int i = 0; i < AuditLog.SIGN_EVERY; i++) {
        log.append(new AuditEvent("party:hospital-a", "node.started", ""));
      }

      assertThat(AuditHead.read(state, identity.trust(), HOSPITAL))
          .hasValueSatisfying(head -> assertThat(head.seq()).isEqualTo(AuditLog.SIGN_EVERY));
      assertThat(verify()).hasSize(AuditLog.SIGN_EVERY);
    }
  }

  @Test
  void letsOnlyOneNodeAppend() throws Exception {
    try (AuditLog log = open()) {
      assertThat(log).isNotNull();
      assertThatThrownBy(this::open).hasMessageContaining("already running");
    }
  }

  @Test
  void keepsForeignTextOnOneLineAndBounded() throws Exception {
    try (AuditLog log = open()) {
      log.append(new AuditEvent("a\nb", "x\r\ny", "", Map.of("reason", "z".repeat(100_000))));
    }

    AuditEntry entry = verify().getFirst();

    assertThat(Files.readAllLines(file)).hasSize(1);
    assertThat(entry.actor()).isEqualTo("a\nb");
    assertThat(entry.detail().get("reason")).hasSize(AuditEvent.TEXT_LENGTH_MAX);
  }

  @Test
  void saysThatThereIsNoLogYet() {
    assertThatThrownBy(this::verify).hasMessageContaining("has not run yet");
  }
}
