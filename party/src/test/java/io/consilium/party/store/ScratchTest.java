package io.consilium.party.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that nobody but the object that made them can read. */
final class ScratchTest {
  private static final int CHUNK_WORDS = 16;
  private static final int SEALED_BYTES = CHUNK_WORDS * Long.BYTES + ChunkCipher.TAG_BYTES;

  @TempDir private Path state;
  private final SplittableRandom seeded = new SplittableRandom(7);
  private Scratch scratch;

  @BeforeEach
  void open() {
    scratch = Scratch.of(state, "attempt", new SecureRandom());
  }

  @AfterEach
  void close() throws Exception {
    scratch.close();
  }

  private ScratchFile written(long[] words) throws Exception {
    ScratchFile file = scratch.create(CHUNK_WORDS);
    int half = words.length / 2;
    file.append(words, 0, half);
    file.append(words, half, words.length - half);
    file.complete();
    return file;
  }

  private List<Path> filesOnDisk() throws Exception {
    Path directory = state.resolve("scratch");
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 32, 100})
  void givesBackWhatWasWrittenFromAnyPlace(int count) throws Exception {
    long[] words = seeded.longs(count).toArray();

    try (ScratchFile file = written(words)) {
      assertThat(file.words()).isEqualTo(count);
      for (int trial = 0; trial < 200; trial++) {
        int from = seeded.nextInt(count + 1);
        int length = seeded.nextInt(count - from + 1);
        long[] read = new long[length + 2];
        file.read(from, read, 1, length);
        assertThat(Arrays.copyOfRange(read, 1, length + 1))
            .isEqualTo(Arrays.copyOfRange(words, from, from + length));
        if (trial % 10 == 0) {
          file.rest();
        }
      }
    }
  }

  @Test
  void refusesEveryFlippedBit() throws Exception {
    ScratchFile file = written(seeded.longs(CHUNK_WORDS + 3).toArray());
    Path onDisk = filesOnDisk().getFirst();
    byte[] bytes = Files.readAllBytes(onDisk);
    assertThat(bytes).hasSize(SEALED_BYTES + 3 * Long.BYTES + ChunkCipher.TAG_BYTES);

    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      Files.write(onDisk, changed);
      file.rest();
      assertThatThrownBy(() -> file.read(0, new long[CHUNK_WORDS + 3], 0, CHUNK_WORDS + 3))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("was changed while it was in use");
    }
  }

  @Test
  void refusesChunksThatChangedPlacesOrFiles() throws Exception {
    ScratchFile file = written(seeded.longs(2 * CHUNK_WORDS).toArray());
    Path onDisk = filesOnDisk().getFirst();
    byte[] bytes = Files.readAllBytes(onDisk);
    ScratchFile other = written(seeded.longs(2 * CHUNK_WORDS).toArray());
    Path otherOnDisk =
        filesOnDisk().stream().filter(path -> !path.equals(onDisk)).findFirst().orElseThrow();

    byte[] swapped = new byte[bytes.length];
    System.arraycopy(bytes, SEALED_BYTES, swapped, 0, SEALED_BYTES);
    System.arraycopy(bytes, 0, swapped, SEALED_BYTES, SEALED_BYTES);
    Files.write(onDisk, swapped);
    Files.write(otherOnDisk, bytes);

    for (ScratchFile each : List.of(file, other)) {
      assertThatThrownBy(() -> each.read(0, new long[1], 0, 1)).isInstanceOf(StoreException.class);
    }
  }

  @Test
  void refusesAFileThatWasCut() throws Exception {
    ScratchFile file = written(seeded.longs(2 * CHUNK_WORDS).toArray());
    Path onDisk = filesOnDisk().getFirst();
    Files.write(onDisk, Arrays.copyOf(Files.readAllBytes(onDisk), SEALED_BYTES));

    file.read(0, new long[1], 0, 1);
    assertThatThrownBy(() -> file.read(CHUNK_WORDS, new long[1], 0, 1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cut off");
  }

  /** Equal words in two files, and in two chunks of one: nothing on the disk is equal. */
  @Test
  void nothingOfTheWordsIsOnTheDisk() throws Exception {
    long[] words = new long[4 * CHUNK_WORDS];
    Arrays.fill(words, 0x0123456789abcdefL);
    ScratchFile one = written(words);
    ScratchFile two = written(words);

    byte[] first = Files.readAllBytes(filesOnDisk().getFirst());
    byte[] second = Files.readAllBytes(filesOnDisk().getLast());

    long equal = 0;
    ByteBuffer a = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer b = ByteBuffer.wrap(second).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i + Long.BYTES <= first.length; i++) {
      assertThat(a.getLong(i)).isNotEqualTo(words[0]);
      equal += a.getLong(i) == b.getLong(i) ? 1 : 0;
    }
    assertThat(equal).isZero();
    assertThat(first).hasSameSizeAs(second);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(filesOnDisk().getFirst())))
        .isEqualTo("rw-------");
    one.close();
    two.close();
  }

  @Test
  void aClosedFileIsGoneAndItsKeyToo() throws Exception {
    ScratchFile file = written(seeded.longs(40).toArray());
    Path onDisk = filesOnDisk().getFirst();
    byte[] kept = Files.readAllBytes(onDisk);

    file.close();

    assertThat(onDisk).doesNotExist();
    Files.write(onDisk, kept);
    assertThatThrownBy(() -> file.read(0, new long[1], 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void theEndOfAnAttemptAndTheNextStartRemoveEverything() throws Exception {
    ScratchFile _ = written(new long[40]);
    Scratch crashed = Scratch.of(state, "crashed", new SecureRandom());
    ScratchFile _ = crashed.create(CHUNK_WORDS);
    assertThat(filesOnDisk()).hasSize(2);

    scratch.close();
    assertThat(filesOnDisk()).hasSize(1);
    Scratch.removeLeftovers(state);

    assertThat(filesOnDisk()).isEmpty();
    Scratch.removeLeftovers(state);
  }

  @Test
  void writesFirstAndReadsThen() throws Exception {
    ScratchFile file = scratch.create(CHUNK_WORDS);
    file.append(new long[3], 0, 3);
    assertThatThrownBy(() -> file.read(0, new long[1], 0, 1))
        .isInstanceOf(IllegalArgumentException.class);

    file.complete();

    assertThatThrownBy(() -> file.append(new long[1], 0, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> file.read(2, new long[2], 0, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
