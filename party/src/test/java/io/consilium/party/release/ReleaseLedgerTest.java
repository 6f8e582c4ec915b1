package io.consilium.party.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.identity.Principal;
import io.consilium.party.store.SealedStore;
import io.consilium.party.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReleaseLedgerTest {
  private static final ReleaseLimits LIMITS = new ReleaseLimits(2, 1, 10);

  @TempDir Path state;

  private ReleaseLedger open() throws IOException {
    return new ReleaseLedger(
        SealedStore.open(state, Principal.party("hospital-a"), new SecureRandom()));
  }

  private static Release job(int number, String split, int records) {
    return new Release("%012d".formatted(number), split, records, "2026-03-01T12:00:00Z");
  }

  @Test
  void remembersJobsOverRestarts() throws Exception {
    assertThat(open().claim("heart", job(1, "seed 1", 100), LIMITS)).isTrue();
    assertThat(open().claim("heart", job(2, "seed 1", 100), LIMITS)).isTrue();

    assertThat(open().admits("heart", job(3, "seed 1", 100), LIMITS)).isFalse();
    assertThat(open().claim("heart", job(3, "seed 1", 100), LIMITS)).isFalse();
    assertThat(open().claim("Heart", job(3, "seed 1", 100), LIMITS)).isTrue();
    assertThat(open().pages())
        .extracting(ReleaseLedger.Page::dataset)
        .containsExactlyInAnyOrder("heart", "Heart");
  }

  /** An attempt that is repeated is no second job. */
  @Test
  void countsAJobOnce() throws Exception {
    ReleaseLedger ledger = open();

    for (int attempt = 0; attempt < 5; attempt++) {
      assertThat(ledger.claim("heart", job(1, "seed 1", 100), LIMITS)).isTrue();
    }

    assertThat(ledger.pages().getFirst().releases()).hasSize(1);
  }

  @Test
  void anotherDivisionOfNearlyTheSameRecordsIsRefused() {
    List<Release> past = List.of(job(1, "seed 1", 100));

    assertThat(LIMITS.admit(past, job(2, "seed 2", 100))).isFalse();
    assertThat(LIMITS.admit(past, job(2, "seed 2", 109))).isFalse();
    assertThat(LIMITS.admit(past, job(2, "seed 1", 91))).isTrue();
    assertThat(LIMITS.admit(past, job(2, "seed 2", 110))).isTrue();
    assertThat(LIMITS.admit(past, job(2, "seed 2", 90))).isTrue();
    assertThat(new ReleaseLimits(2, 2, 10).admit(past, job(2, "seed 2", 100))).isTrue();
  }

  @Test
  void recordsThatDifferEnoughBeginAnew() {
    List<Release> past = List.of(job(1, "seed 1", 100), job(2, "seed 1", 105));

    assertThat(LIMITS.admit(past, job(3, "seed 1", 104))).isFalse();
    assertThat(LIMITS.admit(past, job(3, "seed 1", 112))).isTrue();
    assertThat(LIMITS.admit(past, job(3, "seed 9", 120))).isTrue();
  }

  @Test
  void aChangedFileIsRefused() throws Exception {
    assertThat(open().claim("heart", job(1, "seed 1", 100), LIMITS)).isTrue();
    try (Stream<Path> files = Files.walk(state.resolve("store/releases"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("\"records\":100");
        Files.write(
            file,
            text.replace("\"records\":100", "\"records\":999")
                .getBytes(StandardCharsets.ISO_8859_1));
      }
    }

    assertThatThrownBy(() -> open().admits("heart", job(2, "seed 1", 100), LIMITS))
        .isInstanceOf(StoreException.class);
  }
}
