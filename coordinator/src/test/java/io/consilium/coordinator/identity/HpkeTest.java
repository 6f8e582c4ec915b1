package io.consilium.coordinator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class HpkeTest {
  private static final byte[] INFO = bytes("info");
  private static final byte[] AAD = bytes("aad");
  private static final byte[] MESSAGE = bytes("a message");
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * The published vector of RFC 9180 for this suite: test-vectors.json of the CFRG, mode 0, KEM
   * 0x0020, KDF 0x0001, AEAD 0x0002, first encryption.
   */
  @Test
  void opensThePublishedVector() throws Exception {
    PrivateKey own =
        X25519.privateKey(
            hex(
                "302e020100300506032b656e04220420"
                    + "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"));
    byte[] sealed =
        hex(
            "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256"
                + "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad"
                + "859d5b7a");

    byte[] opened =
        Hpke.open(
            own, hex("4f6465206f6e2061204772656369616e2055726e"), hex("436f756e742d30"), sealed);

    assertThat(opened)
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("Beauty is truth, truth beauty");
  }

  @Test
  void opensWhatItSealedAndSealsAnewEveryTime() throws Exception {
    KeyPair pair = X25519.generate(RANDOM);
    byte[] first = Hpke.seal(pair.getPublic(), INFO, AAD, MESSAGE, RANDOM);
    byte[] second = Hpke.seal(pair.getPublic(), INFO, AAD, MESSAGE, RANDOM);

    assertThat(Hpke.open(pair.getPrivate(), INFO, AAD, first)).isEqualTo(MESSAGE);
    assertThat(first).hasSize(MESSAGE.length + Hpke.OVERHEAD_BYTES).isNotEqualTo(second);
  }

  @Test
  void refusesEveryChangeOfTheSealedBytesAndOfWhatIsBoundToThem() throws Exception {
    KeyPair pair = X25519.generate(RANDOM);
    byte[] sealed = Hpke.seal(pair.getPublic(), INFO, AAD, MESSAGE, RANDOM);

    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertRefused(pair.getPrivate(), INFO, AAD, changed);
    }
    for (int length = 0; length < sealed.length; length++) {
      assertRefused(pair.getPrivate(), INFO, AAD, Arrays.copyOf(sealed, length));
    }
    assertRefused(pair.getPrivate(), bytes("other"), AAD, sealed);
    assertRefused(pair.getPrivate(), INFO, bytes("other"), sealed);
    assertRefused(X25519.generate(RANDOM).getPrivate(), INFO, AAD, sealed);
  }

  @Test
  void readsKeysBackAndSealsToNoneOfSmallOrder() throws Exception {
    KeyPair pair = X25519.generate(RANDOM);

    assertThat(X25519.publicKey(X25519.hex(pair.getPublic()))).isEqualTo(pair.getPublic());
    assertThatThrownBy(() -> X25519.publicKey("ab".repeat(31)))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(
            () -> Hpke.seal(X25519.publicKey("00".repeat(32)), INFO, AAD, MESSAGE, RANDOM))
        .isInstanceOf(GeneralSecurityException.class);
  }

  private static void assertRefused(PrivateKey own, byte[] info, byte[] aad, byte[] sealed) {
    assertThatThrownBy(() -> Hpke.open(own, info, aad, sealed))
        .isInstanceOf(GeneralSecurityException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
