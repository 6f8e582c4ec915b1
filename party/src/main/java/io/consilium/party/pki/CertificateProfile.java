package io.consilium.party.pki;

import io.consilium.coordinator.identity.Principal;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** What the two kinds of certificate of a consortium look like. */
final class CertificateProfile {

  private static final String ALGORITHM = "Ed25519";

  private CertificateProfile() {}

  /** When a certificate is valid, and its serial number. */
  record Validity(BigInteger serial, Instant from, Instant to) {}

  static X500Principal authorityName(String consortium) {
    return new X500Principal("CN=" + consortium + " authority,O=" + consortium);
  }

  static X509Certificate authority(String consortium, KeyPair keys, Validity validity)
      throws GeneralSecurityException, IOException {
    X500Principal name = authorityName(consortium);
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            validity.serial(),
            Date.from(validity.from()),
            Date.from(validity.to()),
            name,
            keys.getPublic());
    JcaX509ExtensionUtils utilities = new JcaX509ExtensionUtils();
    // Path length 0: the authority issues to principals directly, never to another authority.
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            utilities.createSubjectKeyIdentifier(keys.getPublic()));
    return signed(builder, keys.getPrivate());
  }

  static X509Certificate principal(
      EnrolmentRequest request,
      String consortium,
      X509Certificate authority,
      PrivateKey authorityKey,
      Validity validity)
      throws GeneralSecurityException, IOException {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            authority.getSubjectX500Principal(),
            validity.serial(),
            Date.from(validity.from()),
            Date.from(validity.to()),
            new X500Principal("CN=" + request.principal().name() + ",O=" + consortium),
            request.key());
    JcaX509ExtensionUtils utilities = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
        .addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}))
        .addExtension(Extension.subjectAlternativeName, false, names(request.principal()))
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            utilities.createSubjectKeyIdentifier(request.key()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            utilities.createAuthorityKeyIdentifier(authority));
    return signed(builder, authorityKey);
  }

  static GeneralNames names(Principal principal) {
    return new GeneralNames(
        new GeneralName(GeneralName.uniformResourceIdentifier, principal.uri()));
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
