package io.consilium.coordinator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.identity.Certificates.Authority;
import io.consilium.coordinator.identity.Certificates.Leaf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

final class TrustTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final Clock CLOCK = Clock.fixed(Certificates.NOW, ZoneOffset.UTC);

  @TempDir private Path directory;
  private Authority authority;
  private Trust trust;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = Authority.of("heart-study");
    trust = trustIn(authority);
  }

  private Trust trustIn(Authority of) throws Exception {
    Path file = directory.resolve("ca.pem");
    Certificates.pem(file, "CERTIFICATE", of.certificate().getEncoded());
    return Trust.load(file, CLOCK);
  }

  @Test
  void acceptsEveryRoleUnderItsOwnName() throws Exception {
    for (Role role : Role.values()) {
      Principal principal = new Principal(role, "somebody-1");
      X509Certificate certificate = authority.sign(authority.leaf(principal));

      assertThat(trust.verify(new X509Certificate[] {certificate})).isEqualTo(principal);
      assertThat(trust.verify(new X509Certificate[] {certificate, authority.certificate()}))
          .isEqualTo(principal);
    }
    assertThat(trust.consortium()).isEqualTo("heart-study");
  }

  private interface Spoiling {
    void spoil(Leaf leaf) throws Exception;
  }

  private DynamicTest refuses(String what, String sentence, Spoiling spoiling) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          makeAuthority();
          Leaf leaf = authority.leaf(HOSPITAL);
          spoiling.spoil(leaf);
          X509Certificate certificate = authority.sign(leaf);

          assertThatThrownBy(() -> trust.verify(new X509Certificate[] {certificate}))
              .isInstanceOf(UntrustedException.class)
              .hasMessageContaining(sentence)
              .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        });
  }

  @TestFactory
  Stream<DynamicTest> refusesABadCertificateAndSaysWhy() {
    return Stream.of(
        refuses(
            "expired", "expired on 2026-02-28", l -> l.to = Certificates.NOW.minusSeconds(86400)),
        refuses(
            "not yet valid",
            "is not valid before 2026-03-02",
            l -> l.from = Certificates.NOW.plusSeconds(86400)),
        refuses("no name", "carries no name of the form", l -> l.names = List.of()),
        refuses(
            "two names",
            "carries several names",
            l -> l.names.add(Certificates.uri("urn:consilium:party:hospital-b"))),
        refuses(
            "a DNS name beside the right one",
            "carries several names",
            l -> l.names.add(new GeneralName(GeneralName.dNSName, "hospital-a"))),
        refuses(
            "a DNS name only",
            "no URI of the form",
            l -> l.names = List.of(new GeneralName(GeneralName.dNSName, "hospital-a"))),
        refuses(
            "a foreign URI",
            "which is not of the form",
            l -> l.names = List.of(Certificates.uri("https://example.org/hospital-a"))),
        refuses(
            "an unknown role",
            "which is not of the form",
            l -> l.names = List.of(Certificates.uri("urn:consilium:admin:hospital-a"))),
        refuses(
            "a name that is not well formed",
            "which is not of the form",
            l -> l.names = List.of(Certificates.uri("urn:consilium:party:Hospital_A"))),
        refuses(
            "a line break in the name",
            "has malformed names",
            l -> l.names = List.of(Certificates.uri("urn:consilium:party:x\nINFO fake"))),
        refuses(
            "another common name",
            "its common name is another",
            l -> l.subject = "CN=hospital-b,O=heart-study"),
        refuses("no common name", "its common name is another", l -> l.subject = "O=heart-study"),
        refuses(
            "two common names",
            "its common name is another",
            l -> l.subject = "CN=hospital-a,CN=hospital-b,O=heart-study"),
        refuses(
            "another consortium",
            "belongs to another consortium",
            l -> l.subject = "CN=hospital-a,O=lung-study"),
        refuses("CA:TRUE", "is an authority's", l -> l.authority = true),
        refuses(
            "client authentication only",
            "client and server authentication",
            l -> l.purposes = List.of(KeyPurposeId.id_kp_clientAuth)),
        refuses(
            "no extended key usage",
            "client and server authentication",
            l -> l.purposes = List.of()),
        refuses(
            "any purpose",
            "client and server authentication",
            l -> l.purposes = List.of(KeyPurposeId.anyExtendedKeyUsage)),
        refuses(
            "code signing beside the right purposes",
            "client and server authentication",
            l ->
                l.purposes =
                    List.of(
                        KeyPurposeId.id_kp_clientAuth,
                        KeyPurposeId.id_kp_serverAuth,
                        KeyPurposeId.id_kp_codeSigning)),
        refuses(
            "key usage without signatures",
            "not made for digital signatures",
            l -> l.usage = KeyUsage.keyEncipherment),
        refuses("an RSA key", "not Ed25519", l -> l.keys = Certificates.keys("RSA")),
        refuses("an Ed448 key", "not Ed25519", l -> l.keys = Certificates.keys("Ed448")),
        refuses(
            "an unknown critical extension",
            "does not follow the rules",
            l -> l.unknownCriticalExtension = true));
  }

  @Test
  void refusesASelfSignedCertificate() throws Exception {
    Leaf leaf = authority.leaf(HOSPITAL);
    leaf.issuer = leaf.subject;
    X509Certificate certificate = leaf.signedBy(leaf.keys.getPrivate());

    assertThatThrownBy(() -> trust.verify(new X509Certificate[] {certificate}))
        .hasMessageContaining(
            "is signed by itself, not by the authority of consortium heart-study");
  }

  @Test
  void refusesAnotherAuthorityEvenOfTheSameName() throws Exception {
    Authority impostor = Authority.of("heart-study");
    X509Certificate certificate = impostor.sign(impostor.leaf(HOSPITAL));

    assertThatThrownBy(() -> trust.verify(new X509Certificate[] {certificate}))
        .hasMessageContaining("is signed by another authority");
    assertThatThrownBy(
            () -> trust.verify(new X509Certificate[] {certificate, impostor.certificate()}))
        .hasMessageContaining("chain of 2");
  }

  @Test
  void refusesACertificateSignedByAPartyInPlaceOfTheAuthority() throws Exception {
    Leaf hospital = authority.leaf(HOSPITAL);
    Leaf forged = authority.leaf(Principal.party("hospital-b"));
    forged.issuer = hospital.subject;
    X509Certificate certificate = forged.signedBy(hospital.keys.getPrivate());

    assertThatThrownBy(() -> trust.verify(new X509Certificate[] {certificate}))
        .hasMessageContaining("is signed by another authority");
    assertThatThrownBy(
            () -> trust.verify(new X509Certificate[] {certificate, authority.sign(hospital)}))
        .hasMessageContaining("chain of 2");
  }

  @Test
  void refusesEveryBitFlipOfTheSignedPart() throws Exception {
    X509Certificate good = authority.sign(authority.leaf(HOSPITAL));
    byte[] der = good.getEncoded();

    for (int bit = 0; bit < der.length * 8; bit += 3) {
      byte[] flipped = der.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      SignedDocument document = new SignedDocument("manifest", new byte[0], flipped, new byte[64]);

      assertThatThrownBy(() -> trust.verify(document, "manifest"))
          .isInstanceOf(UntrustedException.class);
    }
  }

  @Test
  void refusesAnEmptyAndALongChain() throws Exception {
    X509Certificate good = authority.sign(authority.leaf(HOSPITAL));

    assertThatThrownBy(() -> trust.verify(new X509Certificate[0]))
        .hasMessageContaining("No certificate was shown");
    assertThatThrownBy(() ->
            trust.verify(
                new X509Certificate[] {good, authority.certificate(), authority.certificate()}))
        .hasMessageContaining("chain of 3");
  }

  @Test
  void refusesTheAuthorityItselfAsAPeer() {
    assertThatThrownBy(() -> trust.verify(new X509Certificate[] {authority.certificate()}))
        .hasMessageContaining("is an authority's");
  }

  @Test
  void refusesEverybodyOnceTheAuthorityHasExpired() throws Exception {
    Authority old =
        Authority.of(
            "heart-study",
            Certificates.NOW.minus(Duration.ofDays(10)),
            Certificates.NOW.minus(Duration.ofDays(1)));
    X509Certificate certificate = old.sign(old.leaf(HOSPITAL));

    assertThatThrownBy(() -> trustIn(old).verify(new X509Certificate[] {certificate}))
        .hasMessageContaining("The consortium authority's certificate expired on 2026-02-28");
  }

  @Test
  void refusesAnOrdinaryCertificateAsAuthority() throws Exception {
    Path file = directory.resolve("wrong.pem");
    Certificates.pem(file, "CERTIFICATE", authority.sign(authority.leaf(HOSPITAL)).getEncoded());

    assertThatThrownBy(() -> Trust.load(file, CLOCK))
        .isInstanceOf(IdentityException.class)
        .hasMessageContaining("wrong.pem")
        .hasMessageContaining("not an authority's certificate");
  }

  @Test
  void knowsTheAuthorOfASignedDocument() throws Exception {
    SignedDocument signed = identity(HOSPITAL).sign("manifest", bytes("{\"kind\":\"train\"}"));

    assertThat(trust.verify(signed, "manifest")).isEqualTo(HOSPITAL);
    assertThat(signed.toString()).doesNotContain("train");
  }

  @Test
  void keepsASignedDocumentWholeThroughJson() throws Exception {
    SignedDocument signed = identity(HOSPITAL).sign("manifest", bytes("content"));
    ObjectMapper json = new ObjectMapper();

    String text = json.writeValueAsString(signed);

    assertThat(json.readValue(text, SignedDocument.class))
        .isEqualTo(signed)
        .hasSameHashCodeAs(signed);
    assertThat(json.readTree(text).get("document").asText()).isEqualTo("Y29udGVudA==");
  }

  @Test
  void refusesADocumentSignedForAnotherPurpose() throws Exception {
    SignedDocument approval = identity(HOSPITAL).sign("approval", bytes("job 7"));
    SignedDocument relabelled =
        new SignedDocument(
            "manifest", approval.document(), approval.certificate(), approval.signature());

    assertThatThrownBy(() -> trust.verify(approval, "manifest"))
        .hasMessageContaining("signed as \"approval\", not as \"manifest\"");
    assertThatThrownBy(() -> trust.verify(relabelled, "manifest"))
        .hasMessageContaining("does not fit");
  }

  @Test
  void refusesEveryBitFlipOfADocumentAndItsSignature() throws Exception {
    SignedDocument good = identity(HOSPITAL).sign("manifest", bytes("a short document"));

    for (int bit = 0; bit < good.document().length * 8; bit++) {
      SignedDocument altered =
          new SignedDocument(
              "manifest", flip(good.document(), bit), good.certificate(), good.signature());
      assertThatThrownBy(() -> trust.verify(altered, "manifest"))
          .hasMessageContaining("party:hospital-a");
    }
    for (int bit = 0; bit < good.signature().length * 8; bit++) {
      SignedDocument altered =
          new SignedDocument(
              "manifest", good.document(), good.certificate(), flip(good.signature(), bit));
      assertThatThrownBy(() -> trust.verify(altered, "manifest"))
          .isInstanceOf(UntrustedException.class);
    }
  }

  @Test
  void refusesADocumentUnderSomebodyElsesCertificate() throws Exception {
    SignedDocument own = identity(HOSPITAL).sign("approval", bytes("job 7"));
    X509Certificate other = authority.sign(authority.leaf(Principal.party("hospital-b")));
    SignedDocument forged =
        new SignedDocument("approval", own.document(), other.getEncoded(), own.signature());

    assertThatThrownBy(() -> trust.verify(forged, "approval"))
        .hasMessageContaining("The signature of party:hospital-b does not fit");
  }

  @Test
  void refusesMalformedSignaturesAndCertificates() throws Exception {
    SignedDocument good = identity(HOSPITAL).sign("manifest", bytes("x"));

    for (byte[] signature : List.of(new byte[0], new byte[64], new byte[65], new byte[1000])) {
      SignedDocument bad =
          new SignedDocument("manifest", good.document(), good.certificate(), signature);
      assertThatThrownBy(() -> trust.verify(bad, "manifest"))
          .isInstanceOf(UntrustedException.class);
    }
    for (byte[] certificate : List.of(new byte[0], bytes("no certificate"), new byte[20_000])) {
      SignedDocument bad =
          new SignedDocument("manifest", good.document(), certificate, good.signature());
      assertThatThrownBy(() -> trust.verify(bad, "manifest"))
          .isInstanceOf(UntrustedException.class)
          .hasMessageContaining("certificate beside the signature");
    }
  }

  @Test
  void boundsKindAndLengthOfADocument() throws Exception {
    Identity identity = identity(HOSPITAL);

    assertThatThrownBy(() -> identity.sign("Bad\0kind", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> identity.sign("manifest", new byte[SignedDocument.DOCUMENT_BYTES_MAX + 1]))
        .hasMessageContaining("at most 1048576");
  }

  private Identity identity(Principal principal) throws Exception {
    return Identity.load(authority.identity(directory.resolve(principal.name()), principal), CLOCK);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << (bit % 8));
    return flipped;
  }
}
