package io.consilium.party.pki;

import io.consilium.coordinator.identity.Principal;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.util.io.pem.PemObject;

/** What is in a certificate, request or key file, for people. Never a private key's content. */
public final class PemDescription {

  private static final int NO_AUTHORITY = -1;

  private PemDescription() {}

  /** Labels and values in the order to show them. */
  public static Map<String, String> of(Path file, Clock clock) throws UserException {
    PemObject block = PemFile.read(file);
    return switch (block.getType()) {
      case PemFile.CERTIFICATE -> certificate(file, block.getContent(), clock.instant());
      case PemFile.REQUEST -> request(file);
      case PemFile.PRIVATE_KEY -> Map.of("kind", "private key (its content is never shown)");
      default ->
          throw new UserException(
              ExitCode.BAD_DATA,
              file
                  + " holds neither a certificate nor a request: "
                  + PemFile.shown(block.getType()));
    };
  }

  private static Map<String, String> request(Path file) throws UserException {
    EnrolmentRequest request = EnrolmentRequest.read(file);
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("kind", "certificate request");
    lines.put("principal", request.principal().toString());
    lines.put("key", request.fingerprint());
    return lines;
  }

  private static Map<String, String> certificate(Path file, byte[] der, Instant now)
      throws UserException {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
      Map<String, String> lines = new LinkedHashMap<>();
      boolean authority = certificate.getBasicConstraints() != NO_AUTHORITY;
      lines.put("kind", authority ? "authority's certificate" : "certificate");
      if (!authority) {
        lines.put("principal", principal(certificate));
      }
      lines.put("subject", name(certificate.getSubjectX500Principal()));
      lines.put("issuer", name(certificate.getIssuerX500Principal()));
      lines.put("serial", certificate.getSerialNumber().toString(16));
      lines.put("valid from", certificate.getNotBefore().toInstant().toString());
      lines.put("valid to", end(certificate, now));
      lines.put("key", Fingerprint.of(certificate.getPublicKey()));
      return lines;
    } catch (GeneralSecurityException e) {
      throw new UserException(ExitCode.BAD_DATA, file + " is damaged: no certificate.", e);
    }
  }

  private static String principal(X509Certificate certificate) throws GeneralSecurityException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return (names == null ? List.<List<?>>of() : names)
        .stream()
            .map(name -> Principal.parseUri(String.valueOf(name.get(1))))
            .flatMap(Optional::stream)
            .map(Principal::toString)
            .reduce((first, second) -> first + ", " + second)
            .orElse("none of this program's");
  }

  private static String end(X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    return end + (now.isAfter(end) ? " (expired)" : "");
  }

  private static String name(X500Principal name) {
    return name.getName(X500Principal.RFC2253).replaceAll("[^\\x20-\\x7e]", "?");
  }
}
