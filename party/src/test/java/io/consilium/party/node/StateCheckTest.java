package io.consilium.party.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.Enrolled;
import io.consilium.party.audit.AuditEvent;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every damaged file is named, and looking changes nothing. */
final class StateCheckTest {
  private static final Principal HOSPITAL = Principal.party("hospital-a");

  @TempDir private Path directory;
  private Identity identity;
  private Path state;

  @BeforeEach
  void makeState() throws Exception {
    identity = new Enrolled(directory).identity(HOSPITAL);
    state = directory.resolve("state");
    SealedStore store = SealedStore.open(state, HOSPITAL, new SecureRandom());
    store.write(new StoreKey("model", "risk", 1), new byte[] {1}, List.of(new long[500]));
    try (AuditLog log = AuditLog.open(state, identity, Clock.systemUTC())) {
      log.append(new AuditEvent("party:hospital-a", "node.started", ""));
    }
    Files.createDirectories(state.resolve("pending"));
    Files.writeString(state.resolve("pending").resolve("0123456789ab.json"), "{\"job\":1}");
  }

  private List<StateCheck.Finding> damaged() throws IOException {
    return new StateCheck(state, identity)
        .run().stream().filter(each -> each.result() == StateCheck.Result.FAIL).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void aGoodStateHasNothingDamaged() throws Exception {
    List<Path> before = files();

    assertThat(damaged()).isEmpty();

    assertThat(files()).isEqualTo(before);
  }

  @Test
  void namesEachDamagedFile() throws Exception {
    List<Path> all = files().stream().filter(file -> !file.toString().endsWith(".lock")).toList();
    assertThat(all).hasSizeGreaterThan(5);
    for (Path file : all) {
      byte[] good = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(good, good.length - 1));

      assertThat(damaged())
          .as(file.toString())
          .anySatisfy(found -> assertThat(found.detail()).contains(file.getFileName().toString()));

      Files.write(file, good);
    }
    assertThat(damaged()).isEmpty();
  }

  @Test
  void aMissingKeyOrSignatureIsDamage() throws Exception {
    for (String name : List.of("store.key", "audit.head.json")) {
      Path file = state.resolve(name);
      Path kept = directory.resolve("kept");
      Files.move(file, kept);

      assertThat(damaged())
          .anySatisfy(found -> assertThat(found.detail()).contains(name).contains("is missing"));

      assertThat(file).doesNotExist();
      Files.move(kept, file);
    }
  }

  @Test
  void anAbsentStateIsNotDamagedButNotReady() throws Exception {
    assertThat(new StateCheck(directory.resolve("none"), identity).run())
        .extracting(StateCheck.Finding::result)
        .containsExactly(StateCheck.Result.NOT_READY);
  }
}
