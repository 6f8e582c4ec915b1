package io.consilium.coordinator.identity;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.RFC4519Style;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates, good ones and every kind of bad one. */
public final class Certificates {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final long DAY_SECONDS = 86_400;
  private static long serial = 1;

  private Certificates() {}

  /** A consortium authority with its key. */
  public record Authority(X509Certificate certificate, KeyPair keys) {

    /** An authority for this consortium, valid around {@link #NOW} and today. */
    public static Authority of(String consortium) throws GeneralSecurityException, IOException {
      return of(consortium, NOW.minusSeconds(DAY_SECONDS), NOW.plusSeconds(3650 * DAY_SECONDS));
    }

    static Authority of(String consortium, Instant from, Instant to)
        throws GeneralSecurityException, IOException {
      KeyPair keys = Certificates.keys("Ed25519");
      Leaf leaf = new Leaf();
      leaf.subject = "CN=" + consortium + " authority,O=" + consortium;
      leaf.issuer = leaf.subject;
      leaf.keys = keys;
      leaf.from = from;
      leaf.to = to;
      leaf.authority = true;
      leaf.usage = KeyUsage.keyCertSign;
      leaf.purposes = List.of();
      leaf.names = List.of();
      return new Authority(leaf.signedBy(keys.getPrivate()), keys);
    }

    /** Writes a whole identity directory for this principal. */
    public Path identity(Path directory, Principal principal)
        throws GeneralSecurityException, IOException {
      Leaf leaf = leaf(principal);
      return write(directory, leaf, leaf.signedBy(keys.getPrivate()));
    }

    Leaf leaf(Principal principal) throws GeneralSecurityException {
      String consortium =
          certificate.getSubjectX500Principal().getName().replaceFirst(".*O=([a-z-]+).*", "$1");
      Leaf leaf = new Leaf();
      leaf.subject = "CN=" + principal.name() + ",O=" + consortium;
      leaf.issuer = certificate.getSubjectX500Principal().getName();
      leaf.keys = Certificates.keys("Ed25519");
      leaf.names = new ArrayList<>(List.of(uri(principal.uri())));
      return leaf;
    }

    X509Certificate sign(Leaf leaf) throws GeneralSecurityException, IOException {
      return leaf.signedBy(keys.getPrivate());
    }

    Path write(Path directory, Leaf leaf, X509Certificate issued)
        throws GeneralSecurityException, IOException {
      Files.createDirectories(directory);
      writeKey(directory.resolve(Identity.KEY_FILE), leaf.keys.getPrivate());
      pem(directory.resolve(Identity.CERTIFICATE_FILE), "CERTIFICATE", issued.getEncoded());
      pem(directory.resolve(Identity.AUTHORITY_FILE), "CERTIFICATE", certificate.getEncoded());
      return directory;
    }
  }

  /** A certificate in the making; each test spoils one field. */
  static final class Leaf {
    String subject = "";
    String issuer = "";
    KeyPair keys;
    String signature = "Ed25519";
    Instant from = NOW.minusSeconds(DAY_SECONDS);
    Instant to = NOW.plusSeconds(825 * DAY_SECONDS);
    boolean authority;
    int usage = KeyUsage.digitalSignature;
    List<KeyPurposeId> purposes =
        List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth);
    List<GeneralName> names = new ArrayList<>();
    boolean unknownCriticalExtension;

    X509Certificate signedBy(PrivateKey signer) throws GeneralSecurityException, IOException {
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              name(issuer),
              BigInteger.valueOf(serial++),
              Date.from(from),
              Date.from(to),
              name(subject),
              SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
      if (authority) {
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      }
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
      if (!purposes.isEmpty()) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
      }
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(GeneralName[]::new)));
      }
      if (unknownCriticalExtension) {
        builder.addExtension(
            new ASN1ObjectIdentifier("1.2.3.4.5"), true, new DERUTF8String("surprise"));
      }
      try {
        return Pem.certificate(
            builder.build(new JcaContentSignerBuilder(signature).build(signer)).getEncoded());
      } catch (OperatorCreationException e) {
        throw new GeneralSecurityException(e);
      }
    }
  }

  /** Reads a name as the JDK writes it, most specific part first. */
  private static X500Name name(String rfc2253) {
    return new X500Name(RFC4519Style.INSTANCE, rfc2253);
  }

  static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  static KeyPair keys(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  static void writeKey(Path file, PrivateKey key) throws IOException {
    pem(file, "PRIVATE KEY", key.getEncoded());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  static void pem(Path file, String label, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file,
        "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n",
        StandardCharsets.US_ASCII);
  }
}
