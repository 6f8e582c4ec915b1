package io.consilium.party.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.security.auth.x500.X500Principal;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsortiumAuthorityTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir private Path directory;
  private final SecureRandom random = new SecureRandom();
  private ConsortiumAuthority authority;
  private Path site;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority =
        ConsortiumAuthority.create(
            directory.resolve("ca"), "heart-study", Passphrase.none(), CLOCK, random);
    site = directory.resolve("site");
  }

  private EnrolmentRequest request(Principal principal) throws Exception {
    return EnrolmentRequest.create(site, principal, random);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void issuesWhatTheIdentityRulesAccept(Role role) throws Exception {
    Principal principal = new Principal(role, "somebody");
    request(principal);
    EnrolmentRequest received = EnrolmentRequest.read(site.resolve("request.pem"));
    authority.issue(received, 825, false, site.resolve("cert.pem"));

    Identity identity = Identity.load(site, CLOCK);

    assertThat(identity.principal()).isEqualTo(principal);
    assertThat(identity.trust().consortium()).isEqualTo("heart-study");
    assertThat(identity.certificate().getNotAfter().toInstant())
        .isEqualTo(NOW.plus(Duration.ofDays(825)));
    assertThat(identity.trust().verify(identity.sign("manifest", new byte[1]), "manifest"))
        .isEqualTo(principal);
  }

  @Test
  void keepsPrivateKeysPrivate() throws Exception {
    request(HOSPITAL);

    for (Path file :
        new Path[] {
          site.resolve("key.pem"),
          directory.resolve("ca/ca-key.pem"),
          directory.resolve("ca/issued.jsonl")
        }) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .as(file.toString())
          .isEqualTo("rw-------");
    }
    for (Path made : new Path[] {site, directory.resolve("ca")}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
    assertThat(Files.readString(site.resolve("request.pem"))).doesNotContain("PRIVATE");
  }

  @Test
  void livesTenYearsAndNeverReplacesAnAuthority() throws Exception {
    assertThat(authority.end()).isEqualTo(NOW.plus(Duration.ofDays(3652)));
    byte[] before = Files.readAllBytes(directory.resolve("ca/ca-key.pem"));

    assertThatThrownBy(() ->
            ConsortiumAuthority.create(
                directory.resolve("ca"), "heart-study", Passphrase.none(), CLOCK, random))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("already exists and is not overwritten");
    assertThat(Files.readAllBytes(directory.resolve("ca/ca-key.pem"))).isEqualTo(before);
  }

  @Test
  void neverReplacesASitesKey() throws Exception {
    request(HOSPITAL);
    byte[] before = Files.readAllBytes(site.resolve("key.pem"));

    assertThatThrownBy(() -> request(HOSPITAL))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("key.pem already exists and is not overwritten");
    assertThat(Files.readAllBytes(site.resolve("key.pem"))).isEqualTo(before);
  }

  @Test
  void refusesASecondValidCertificateUntilToldToReplace() throws Exception {
    authority.issue(request(HOSPITAL), 825, false, site.resolve("cert.pem"));
    EnrolmentRequest second =
        EnrolmentRequest.create(directory.resolve("second"), HOSPITAL, random);
    Path out = directory.resolve("second/cert.pem");

    assertThatThrownBy(() -> authority.issue(second, 825, false, out))
        .asInstanceOf(InstanceOfAssertFactories.type(UserException.class))
        .satisfies(e -> assertThat(e.exit()).isEqualTo(ExitCode.NOT_ALLOWED))
        .satisfies(e -> assertThat(e).hasMessageContaining("already holds a certificate"));
    assertThat(out).doesNotExist();
    assertThat(authority.issue(second, 825, true, out)).isNotNull();
  }

  @Test
  void allowsTheSameNameInAnotherRoleAndAfterTheEnd() throws Exception {
    authority.issue(request(HOSPITAL), 30, false, site.resolve("cert.pem"));
    EnrolmentRequest client =
        EnrolmentRequest.create(
            directory.resolve("client"), new Principal(Role.CLIENT, "hospital-a"), random);
    authority.issue(client, 30, false, directory.resolve("client/cert.pem"));
    Clock later = Clock.offset(CLOCK, Duration.ofDays(31));
    EnrolmentRequest again = EnrolmentRequest.create(directory.resolve("b"), HOSPITAL, random);

    X509Certificate renewed =
        ConsortiumAuthority.open(directory.resolve("ca"), Passphrase::none, later, random)
            .issue(again, 30, false, directory.resolve("b/cert.pem"));

    assertThat(renewed.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(61)));
    assertThat(Files.readAllLines(directory.resolve("ca/issued.jsonl"))).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 826, Integer.MAX_VALUE})
  void boundsTheLifeOfACertificate(int days) throws Exception {
    EnrolmentRequest request = request(HOSPITAL);

    assertThatThrownBy(() -> authority.issue(request, days, false, site.resolve("cert.pem")))
        .hasMessage("--days must be between 1 and 825.");
  }

  @Test
  void issuesNothingThatOutlivesTheAuthority() throws Exception {
    Clock late = Clock.offset(CLOCK, Duration.ofDays(3000));
    EnrolmentRequest request = request(HOSPITAL);

    assertThatThrownBy(() ->
            ConsortiumAuthority.open(directory.resolve("ca"), Passphrase::none, late, random)
                .issue(request, 825, false, site.resolve("cert.pem")))
        .hasMessageContaining("would outlive the authority");
  }

  @Test
  void refusesEveryBitFlipOfARequest() throws Exception {
    request(HOSPITAL);
    byte[] der = PemFile.read(site.resolve("request.pem"), PemFile.REQUEST);
    Path altered = directory.resolve("altered.pem");

    for (int bit = 0; bit < der.length * 8; bit++) {
      byte[] flipped = der.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(altered, PemFile.encode(PemFile.REQUEST, flipped));

      assertThatThrownBy(() -> EnrolmentRequest.read(altered))
          .isInstanceOf(UserException.class)
          .hasMessageContaining(altered.toString());
    }
  }

  @Test
  void refusesARequestWithoutOurName() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] nameless =
        new JcaPKCS10CertificationRequestBuilder(
                new X500Principal("CN=hospital-a"), keys.getPublic())
            .build(new JcaContentSignerBuilder("Ed25519").build(keys.getPrivate()))
            .getEncoded();
    Path file = directory.resolve("nameless.pem");
    Files.write(file, PemFile.encode(PemFile.REQUEST, nameless));

    assertThatThrownBy(() -> EnrolmentRequest.read(file))
        .hasMessageContaining("does not name exactly one principal")
        .hasMessageContaining("--role party|coordinator|researcher|client");
  }

  @Test
  void refusesARequestForAnotherKindOfKey() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed448").generateKeyPair();
    byte[] request =
        new JcaPKCS10CertificationRequestBuilder(
                new X500Principal("CN=hospital-a"), keys.getPublic())
            .build(new JcaContentSignerBuilder("Ed448").build(keys.getPrivate()))
            .getEncoded();
    Path file = directory.resolve("ed448.pem");
    Files.write(file, PemFile.encode(PemFile.REQUEST, request));

    assertThatThrownBy(() -> EnrolmentRequest.read(file)).hasMessageContaining("not Ed25519");
  }

  @Test
  void refusesToSignWithAKeyThatOthersCanRead() throws Exception {
    Path key = directory.resolve("ca/ca-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() ->
            ConsortiumAuthority.open(directory.resolve("ca"), Passphrase::none, CLOCK, random))
        .hasMessageContaining("chmod 600 " + key);
  }

  @Test
  void refusesADamagedIndexAndNamesTheLine() throws Exception {
    authority.issue(request(HOSPITAL), 825, false, site.resolve("cert.pem"));
    Path index = directory.resolve("ca/issued.jsonl");
    Files.writeString(index, Files.readString(index) + "{\"principal\":\n");

    assertThatThrownBy(() -> authority.validUntil(HOSPITAL))
        .hasMessageContaining(index + ", line 2 is damaged");
  }

  @Test
  void letsOnlyOneSignAtATime() throws Exception {
    EnrolmentRequest request = request(HOSPITAL);
    try (IssuedIndex held = IssuedIndex.open(directory.resolve("ca"))) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> authority.issue(request, 825, false, site.resolve("cert.pem")))
          .asInstanceOf(InstanceOfAssertFactories.type(UserException.class))
          .satisfies(e -> assertThat(e.exit()).isEqualTo(ExitCode.NOT_READY));
    }
    assertThat(site.resolve("cert.pem")).doesNotExist();
  }

  @Test
  void leavesAnotherConsortiumsCertificateAlone() throws Exception {
    ConsortiumAuthority other =
        ConsortiumAuthority.create(
            directory.resolve("other"), "lung-study", Passphrase.none(), CLOCK, random);
    EnrolmentRequest request = request(HOSPITAL);
    authority.issue(request, 825, false, site.resolve("cert.pem"));

    assertThatThrownBy(() -> other.issue(request, 825, true, site.resolve("cert.pem")))
        .hasMessageContaining("ca.pem belongs to another authority");
  }
}
