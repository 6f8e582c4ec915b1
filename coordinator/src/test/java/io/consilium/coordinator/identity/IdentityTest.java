package io.consilium.coordinator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.identity.Certificates.Authority;
import io.consilium.coordinator.identity.Certificates.Leaf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final Clock CLOCK = Clock.fixed(Certificates.NOW, ZoneOffset.UTC);

  @TempDir private Path directory;
  private Authority authority;

  @BeforeEach
  void makeIdentity() throws Exception {
    authority = Authority.of("heart-study");
    authority.identity(directory, HOSPITAL);
  }

  @Test
  void readsItsThreeFiles() throws Exception {
    Identity identity = Identity.load(directory, CLOCK);

    assertThat(identity.principal()).isEqualTo(HOSPITAL);
    assertThat(identity.trust().consortium()).isEqualTo("heart-study");
    assertThat(identity.certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=hospital-a,O=heart-study");
    assertThat(identity).hasToString("Identity[party:hospital-a]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-", "rw------x"})
  void refusesAKeyThatOthersCanUse(String permissions) throws Exception {
    Files.setPosixFilePermissions(
        directory.resolve("key.pem"), PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> Identity.load(directory, CLOCK))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining(permissions)
        .hasMessageContaining("chmod 600 " + directory.resolve("key.pem"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"key.pem", "cert.pem", "ca.pem"})
  void namesTheMissingFile(String file) throws Exception {
    Files.delete(directory.resolve(file));

    assertThatThrownBy(() -> Identity.load(directory, CLOCK))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining(directory.resolve(file) + " does not exist")
        .hasMessageContaining("consilium pki request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"key.pem", "cert.pem", "ca.pem"})
  void namesADamagedFile(String file) throws Exception {
    String text = Files.readString(directory.resolve(file));
    for (String damaged :
        new String[] {
          "", "nonsense", text.replaceAll("\n[A-Za-z0-9+/]", "\n!"), text + text, "x".repeat(70_000)
        }) {
      Files.writeString(directory.resolve(file), damaged);

      assertThatThrownBy(() -> Identity.load(directory, CLOCK))
          .isInstanceOf(IdentityException.class)
          .hasMessageContaining(directory.resolve(file).toString());
    }
  }

  @Test
  void refusesACertificateThatBelongsToAnotherKey() throws Exception {
    Certificates.writeKey(directory.resolve("key.pem"), Certificates.keys("Ed25519").getPrivate());

    assertThatThrownBy(() -> Identity.load(directory, CLOCK))
        .hasMessageContaining("issued for another key than key.pem");
  }

  @Test
  void refusesAKeyOfAnotherKindWithoutQuotingIt() throws Exception {
    Certificates.writeKey(directory.resolve("key.pem"), Certificates.keys("EC").getPrivate());

    assertThatThrownBy(() -> Identity.load(directory, CLOCK))
        .hasMessageContaining("holds no Ed25519 private key")
        .hasNoCause();
  }

  @Test
  void refusesItsOwnExpiredCertificate() {
    Clock later = Clock.offset(CLOCK, Duration.ofDays(1000));

    assertThatThrownBy(() -> Identity.load(directory, later))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining("cert.pem")
        .hasMessageContaining("expired on 2028-06-03");
  }

  @Test
  void refusesACertificateOfAnotherAuthority() throws Exception {
    Authority other = Authority.of("heart-study");
    Leaf leaf = other.leaf(HOSPITAL);
    authority.write(directory, leaf, other.sign(leaf));

    assertThatThrownBy(() -> Identity.load(directory, CLOCK))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining("cert.pem")
        .hasMessageContaining("another authority");
  }
}
