package io.consilium.party.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.identity.Principal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SealedStoreTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final StoreKey KEY = new StoreKey("model", "heart-risk", 1);
  private static final byte[] HEADER = "shape [3]".getBytes(StandardCharsets.UTF_8);
  private static final int CHUNK_WORDS = SealedFile.CHUNK_BYTES / Long.BYTES;

  @TempDir private Path state;
  private final SecureRandom random = new SecureRandom();
  private final SplittableRandom seeded = new SplittableRandom(7);
  private SealedStore store;

  @BeforeEach
  void open() throws Exception {
    store = SealedStore.open(state, HOSPITAL, random);
  }

  @Test
  void refusesAKeyThatIsMissingOrAnotherAndMakesNone() throws Exception {
    Path key = state.resolve(SealedStore.KEY_FILE);
    byte[] good = Files.readAllBytes(key);
    store.write(KEY, HEADER, List.of(words(3)));
    List<byte[]> bad = new ArrayList<>();
    for (int bit = 0; bit < 256; bit += 17) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      bad.add(flipped);
    }
    bad.add(new byte[0]);
    bad.add(Arrays.copyOf(good, 31));
    bad.add(Arrays.copyOf(good, 33));

    for (byte[] each : bad) {
      Files.write(key, each);
      assertThatThrownBy(() -> SealedStore.open(state, HOSPITAL, random))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("store.key")
          .hasMessageContaining("is damaged")
          .hasMessageContaining("Restore it from a copy");
      assertThat(Files.readAllBytes(key)).isEqualTo(each);
    }
    Files.delete(key);
    assertThatThrownBy(() -> SealedStore.open(state, HOSPITAL, random))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is missing");
    assertThat(key).doesNotExist();
    SealedStore.renew(state, random, Instant.EPOCH);
    assertThat(SealedStore.open(state, HOSPITAL, random).contains(KEY)).isFalse();
  }

  @Test
  void refusesAMissingKeyOfAStateWithoutSealedFiles() throws Exception {
    Path other = state.resolve("other");
    Files.createDirectories(other.resolve("started"));

    assertThatThrownBy(() -> SealedStore.open(other, HOSPITAL, random))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is missing");
  }

  @Test
  void checksAFileToItsEnd() throws Exception {
    store.write(KEY, HEADER, List.of(words(3 * CHUNK_WORDS)));
    store.check(KEY);
    byte[] bytes = Files.readAllBytes(store.file(KEY));
    bytes[bytes.length - 1] ^= 1;
    Files.write(store.file(KEY), bytes);

    assertThatThrownBy(() -> store.check(KEY)).isInstanceOf(StoreException.class);
    assertThat(store.all()).contains(KEY);
  }

  private long[] words(int count) {
    return seeded.longs(count).toArray();
  }

  private void assertRefused(StoreKey key) {
    assertThatThrownBy(() -> store.read(key)).isInstanceOf(StoreException.class);
  }

  @Test
  void givesBackWhatWasWritten() throws Exception {
    List<List<long[]>> contents =
        List.of(
            List.of(),
            List.of(new long[0]),
            List.of(new long[0], words(1), new long[0], new long[0], words(2), new long[0]),
            List.of(new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}),
            List.of(words(CHUNK_WORDS - 1)),
            List.of(words(CHUNK_WORDS)),
            List.of(words(CHUNK_WORDS + 1)),
            List.of(words(3), words(2 * CHUNK_WORDS), words(5)));

    for (List<long[]> content : contents) {
      store.write(KEY, HEADER, content);
      Sealed read = SealedStore.open(state, HOSPITAL, random).read(KEY);

      assertThat(read.publicHeader()).isEqualTo(HEADER);
      assertThat(read.words()).hasSameSizeAs(content);
      for (int i = 0; i < content.size(); i++) {
        assertThat(read.words().get(i)).isEqualTo(content.get(i));
      }
      assertThat(store.readPublicHeader(KEY)).isEqualTo(HEADER);
    }
  }

  @Test
  void refusesEveryBitFlip() throws Exception {
    store.write(KEY, HEADER, List.of(words(3), words(2)));
    byte[] good = Files.readAllBytes(store.file(KEY));

    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] flipped = good.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(store.file(KEY), flipped);

      assertRefused(KEY);
    }
  }

  @Test
  void refusesEveryTruncationAndExtension() throws Exception {
    store.write(KEY, HEADER, List.of(words(3)));
    byte[] good = Files.readAllBytes(store.file(KEY));

    for (int length = 0; length < good.length; length++) {
      Files.write(store.file(KEY), Arrays.copyOf(good, length));
      assertRefused(KEY);
    }
    Files.write(store.file(KEY), Arrays.copyOf(good, good.length + 1));
    assertRefused(KEY);
  }

  @Test
  void refusesChunksThatWereCutSwappedOrRepeated() throws Exception {
    store.write(KEY, HEADER, List.of(words(3 * CHUNK_WORDS)));
    byte[] good = Files.readAllBytes(store.file(KEY));
    int sealedChunk = SealedFile.CHUNK_BYTES + ChunkCipher.TAG_BYTES;
    int start = good.length - 3 * sealedChunk;

    byte[] swapped = good.clone();
    System.arraycopy(good, start, swapped, start + sealedChunk, sealedChunk);
    System.arraycopy(good, start + sealedChunk, swapped, start, sealedChunk);
    byte[] repeated = good.clone();
    System.arraycopy(good, start, repeated, start + sealedChunk, sealedChunk);
    byte[] cut = Arrays.copyOf(good, good.length - sealedChunk);

    for (byte[] wrong : List.of(swapped, repeated, cut)) {
      Files.write(store.file(KEY), wrong);
      assertRefused(KEY);
    }
    Files.write(store.file(KEY), good);
    assertThat(store.read(KEY).words()).hasSize(1);
  }

  @Test
  void refusesRandomBitFlipsOfALargeFile() throws Exception {
    store.write(KEY, HEADER, List.of(words(CHUNK_WORDS + 17)));
    byte[] bytes = Files.readAllBytes(store.file(KEY));

    for (int i = 0; i < 100; i++) {
      int bit = seeded.nextInt(bytes.length * 8);
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(store.file(KEY), bytes);
      assertRefused(KEY);
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
    }
  }

  @Test
  void refusesAFileUnderAnotherNameVersionOrKind() throws Exception {
    StoreKey second = new StoreKey("model", "heart-risk", 2);
    StoreKey renamed = new StoreKey("model", "lung-risk", 1);
    StoreKey share = new StoreKey("share", "heart-risk", 1);
    for (StoreKey key : List.of(KEY, second, renamed, share)) {
      store.write(key, HEADER, List.of(words(4)));
    }

    for (StoreKey key : List.of(second, renamed, share)) {
      Files.copy(store.file(KEY), store.file(key), StandardCopyOption.REPLACE_EXISTING);

      assertThatThrownBy(() -> store.read(key))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("holds model/heart-risk/1 of party:hospital-a")
          .hasMessageContaining("moved or swapped");
    }
    assertThat(store.read(KEY).words()).hasSize(1);
  }

  @Test
  void refusesAnotherPartysFileEvenUnderTheSameStoreKey() throws Exception {
    assertThatThrownBy(() -> SealedStore.open(state, Principal.party("hospital-b"), random))
        .hasMessageContaining("of party:hospital-a");
    Files.delete(store.file(new StoreKey("key-check", "store", 1)));
    SealedStore other = SealedStore.open(state, Principal.party("hospital-b"), random);
    other.write(KEY, HEADER, List.of(words(4)));

    assertThatThrownBy(() -> store.read(KEY)).hasMessageContaining("of party:hospital-b");
  }

  @Test
  void refusesAFileSealedWithAnotherStoreKey(@TempDir Path elsewhere) throws Exception {
    SealedStore other = SealedStore.open(elsewhere, HOSPITAL, random);
    other.write(KEY, HEADER, List.of(words(4)));
    store.write(KEY, HEADER, List.of(words(4)));
    Files.copy(other.file(KEY), store.file(KEY), StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> store.read(KEY)).hasMessageContaining("another store key");
  }

  @Test
  void refusesAnotherFilesEnvelopeBeforeItsOwnChunks() throws Exception {
    StoreKey second = new StoreKey("model", "heart-risk", 2);
    store.write(KEY, HEADER, List.of(words(4)));
    store.write(second, HEADER, List.of(words(4)));
    byte[] first = Files.readAllBytes(store.file(KEY));
    byte[] grafted = Files.readAllBytes(store.file(second));
    int chunk = 4 * Long.BYTES + ChunkCipher.TAG_BYTES;
    System.arraycopy(first, first.length - chunk, grafted, grafted.length - chunk, chunk);
    Files.write(store.file(second), grafted);

    assertThatThrownBy(() -> store.read(second)).hasMessageContaining("does not authenticate");
  }

  @Test
  void encryptsTheSameContentDifferentlyEachTime() throws Exception {
    long[] same = words(64);
    store.write(KEY, HEADER, List.of(same));
    byte[] first = Files.readAllBytes(store.file(KEY));
    store.write(KEY, HEADER, List.of(same));
    byte[] second = Files.readAllBytes(store.file(KEY));

    int chunk = 64 * Long.BYTES + ChunkCipher.TAG_BYTES;
    assertThat(Arrays.copyOfRange(first, first.length - chunk, first.length))
        .isNotEqualTo(Arrays.copyOfRange(second, second.length - chunk, second.length));
  }

  @Test
  void leavesNoCanaryOnTheDisk() throws Exception {
    long[] canaries = words(1_000);
    store.write(KEY, HEADER, List.of(canaries));
    byte[] storeKey = Files.readAllBytes(state.resolve("store.key"));

    List<String> haystacks = new ArrayList<>();
    for (Path file : files()) {
      if (!file.endsWith("store.key")) {
        byte[] bytes = Files.readAllBytes(file);
        haystacks.add(file + new String(bytes, StandardCharsets.ISO_8859_1));
        assertThat(haystacks.getLast())
            .doesNotContain(new String(storeKey, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(haystacks).isNotEmpty();
    for (long canary : canaries) {
      for (String form : forms(canary)) {
        assertThat(haystacks).noneMatch(text -> text.contains(form));
      }
    }
  }

  private static List<String> forms(long canary) {
    byte[] big = ByteBuffer.allocate(8).putLong(canary).array();
    byte[] little = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(canary).array();
    return List.of(
        new String(big, StandardCharsets.ISO_8859_1),
        new String(little, StandardCharsets.ISO_8859_1),
        HexFormat.of().formatHex(big),
        Long.toString(canary),
        Base64.getEncoder().encodeToString(big).substring(0, 10));
  }

  @Test
  void locksOthersOut() throws Exception {
    store.write(KEY, HEADER, List.of(words(4)));

    for (Path file : files()) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(file.toString())
          .isEqualTo("rw-------");
    }
    for (Path directory :
        List.of(state.resolve("store"), state.resolve("store").resolve("model"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void refusesAStoreKeyThatOthersCanReadOrThatIsCut() throws Exception {
    Path key = state.resolve("store.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> SealedStore.open(state, HOSPITAL, random))
        .hasMessageContaining("chmod 600 " + key);

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.write(key, new byte[31]);
    assertThatThrownBy(() -> SealedStore.open(state, HOSPITAL, random))
        .hasMessageContaining("is damaged");
  }

  @Test
  void clearsAwayWhatACrashLeft() throws Exception {
    store.write(KEY, HEADER, List.of(words(4)));
    Path leftover = store.file(KEY).resolveSibling(".heart-risk~1.sealed-123.tmp");
    Files.write(leftover, new byte[10]);

    SealedStore reopened = SealedStore.open(state, HOSPITAL, random);

    assertThat(leftover).doesNotExist();
    assertThat(reopened.list("model")).containsExactly(KEY);
  }

  @Test
  void listsByNameAndVersionAndDeletes() throws Exception {
    StoreKey tenth = new StoreKey("model", "heart-risk", 10);
    StoreKey ninth = new StoreKey("model", "heart-risk", 9);
    StoreKey other = new StoreKey("model", "a", 1);
    for (StoreKey key : List.of(tenth, ninth, other, new StoreKey("share", "x", 1))) {
      store.write(key, HEADER, List.of());
    }

    assertThat(store.list("model")).containsExactly(other, ninth, tenth);
    assertThat(store.list("nothing")).isEmpty();
    assertThat(store.latest("model", "heart-risk")).contains(tenth);
    assertThat(store.delete(tenth)).isTrue();
    assertThat(store.delete(tenth)).isFalse();
    assertThat(store.contains(tenth)).isFalse();
    assertThat(store.latest("model", "heart-risk")).contains(ninth);
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> store.read(KEY))
        .isInstanceOf(StoreException.class)
        .hasMessage("There is no model/heart-risk/1 in the store of party:hospital-a.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../a", "A", "a~1", "a\0", "-a"})
  void refusesNamesThatAreNoFileNames(String name) {
    assertThatThrownBy(() -> new StoreKey("model", name, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StoreKey(name, "a", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printsNoContent() throws Exception {
    store.write(KEY, HEADER, List.of(new long[] {123456789L}));

    assertThat(store.read(KEY).toString()).isEqualTo("Sealed[model/heart-risk/1, 1 arrays]");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(state)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
