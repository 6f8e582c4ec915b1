package io.consilium.protocols.prf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PrfTest {
  private static final byte[] KEY = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");

  private static Prf prf(byte[] key) {
    return new Prf("test", key, AddressLedger.NONE);
  }

  /** The stream block by block: AES of sequence, lane, purpose, block number, big endian. */
  private static long[] plainStream(byte[] key, Address address, int count) throws Exception {
    Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
    aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    ByteBuffer stream = ByteBuffer.allocate((count + 1) / 2 * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; block < (count + 1) / 2; block++) {
      ByteBuffer counter = ByteBuffer.allocate(16);
      counter.putLong(address.sequence());
      counter.putShort((short) address.lane());
      counter.putShort((short) address.purpose().ordinal());
      counter.putInt(address.block() + block);
      stream.put(aes.doFinal(counter.array()));
    }
    long[] words = new long[count];
    stream.flip().asLongBuffer().get(words);
    return words;
  }

  /** Around the size of the chunks that are handed to the cipher as well. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64, 1000, 4095, 4096, 4097, 8192, 20_001})
  void isAesInCounterModeOverTheAddress(int count) throws Exception {
    for (Address address :
        List.of(
            new Address(0, 0, Purpose.INPUT_SHARE),
            new Address(0x0102_0304_0506_0708L, 0x1234, Purpose.BIT_GAMMA),
            new Address(Long.MAX_VALUE, 0xFFFF, Purpose.REFRESH),
            new Address(7, 3, Purpose.BIT_T).at(8192))) {
      assertThat(prf(KEY).words(address, count)).isEqualTo(plainStream(KEY, address, count));
    }
  }

  /** AES of block numbers 0 and 1 under the key of SP 800-38A, as OpenSSL computes it. */
  @Test
  void matchesTheRecordedVector() {
    long[] words = prf(KEY).words(new Address(0, 0, Purpose.INPUT_SHARE), 4);

    assertThat(HexFormat.of().formatHex(bytes(words)))
        .isEqualTo("7df76b0c1ab899b33e42f047b91b546f57127d4034b1bebfaef466b9c7726fc6");
  }

  private static byte[] bytes(long[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(words);
    return bytes.array();
  }

  @Test
  void addressesThatDifferInOneFieldGiveStreamsThatShareNoWord() {
    List<Address> addresses = new ArrayList<>();
    for (long sequence : new long[] {0, 1, 2, 255, 256, 1L << 16, 1L << 32, 1L << 48, 1L << 62}) {
      for (int lane : new int[] {0, 1, 2, 255, 256, 0xFFFF}) {
        for (Purpose purpose : Purpose.values()) {
          addresses.add(new Address(sequence, lane, purpose));
        }
      }
    }
    Prf prf = prf(KEY);
    Set<Long> seen = new HashSet<>();
    for (Address address : addresses) {
      Arrays.stream(prf.words(address, 100)).forEach(seen::add);
    }

    assertThat(seen).hasSize(addresses.size() * 100);
  }

  @Test
  void aStreamInPiecesIsTheStreamInOne() {
    Address address = new Address(9, 1, Purpose.SIGN_ONE_HOT);
    long[] whole = prf(KEY).words(address, 10_001);
    Prf prf = prf(KEY);

    assertThat(prf.words(address.at(6), 9_995)).isEqualTo(Arrays.copyOfRange(whole, 6, 10_001));
    assertThat(prf.words(address, 6)).isEqualTo(Arrays.copyOf(whole, 6));
    assertThatThrownBy(() -> address.at(5)).hasMessageContaining("even words");
  }

  @Test
  void theSameAddressGivesTheSameStreamWhateverWasExpandedBetween() {
    Prf one = prf(KEY);
    Prf other = prf(KEY);
    Address address = new Address(5, 1, Purpose.ZERO_SHARE);
    var _ = other.words(new Address(4, 0, Purpose.BIT_T), 777);

    assertThat(other.words(address, 50)).isEqualTo(one.words(address, 50));
    assertThat(other.words(address, 20)).isEqualTo(Arrays.copyOf(one.words(address, 50), 20));
  }

  @Test
  void keysThatDifferInOneBitGiveUnrelatedStreams() {
    Address address = new Address(3, 0, Purpose.ZERO_SHARE);
    int count = 1 << 14;
    long[] first = prf(KEY).words(address, count);
    for (int bit = 0; bit < 128; bit++) {
      byte[] otherKey = KEY.clone();
      otherKey[bit / 8] ^= (byte) (1 << bit % 8);
      long[] second = prf(otherKey).words(address, count);
      long differing = 0;
      for (int i = 0; i < count; i++) {
        differing += Long.bitCount(first[i] ^ second[i]);
      }
      double deviation = (2.0 * differing - 64.0 * count) / Math.sqrt(64.0 * count);
      assertThat(Math.abs(deviation)).as("bit %d of the key", bit).isLessThan(6);
    }
  }

  @Test
  void anEmptyRequestIsNoExpansion() {
    List<Address> expanded = new ArrayList<>();
    Prf prf = new Prf("test", KEY, (key, address, words) -> expanded.add(address));

    assertThat(prf.words(new Address(1, 0, Purpose.BIT_T), 0)).isEmpty();
    assertThat(expanded).isEmpty();
  }

  @Test
  void refusesKeysAndAddressesOutOfRange() {
    assertThatThrownBy(() -> prf(new byte[15])).hasMessageContaining("16 bytes");
    assertThatThrownBy(() -> prf(new byte[32])).hasMessageContaining("16 bytes");
    assertThatThrownBy(() -> new Address(-1, 0, Purpose.BIT_T))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Address(0, 1 << 16, Purpose.BIT_T))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Address(0, -1, Purpose.BIT_T))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Purposes are part of every address: a new one in the middle would change all streams. */
  @Test
  void purposesKeepTheirNumbers() {
    assertThat(Purpose.values())
        .containsSequence(
            Purpose.INPUT_SHARE,
            Purpose.ZERO_SHARE,
            Purpose.ZERO_BITS,
            Purpose.TRUNCATE_LAMBDA,
            Purpose.TRUNCATE_ALPHA,
            Purpose.TRUNCATE_T,
            Purpose.SIGN_ONE_HOT,
            Purpose.SIGN_TOP_BIT,
            Purpose.CONVERT_BITS,
            Purpose.BIT_ALPHA,
            Purpose.BIT_GAMMA,
            Purpose.BIT_T,
            Purpose.WORD_ALPHA,
            Purpose.WORD_T,
            Purpose.OPERAND_BITS,
            Purpose.REFRESH);
    assertThat(Purpose.INPUT_SHARE.ordinal()).isZero();
  }
}
