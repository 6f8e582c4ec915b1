package io.consilium.coordinator.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * What makes a certificate one of this consortium's. Each rule has its own sentence; the JDK's PKIX
 * validator runs last, for whatever no sentence covers (unknown critical extensions and the like).
 */
final class CertificateRules {

  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final int SAN_URI = 6;
  private static final int KEY_USAGE_DIGITAL_SIGNATURE = 0;
  private static final int KEY_USAGE_CERT_SIGN = 5;
  private static final int NO_AUTHORITY = -1;

  private final X509Certificate authority;
  private final String consortium;
  private final Clock clock;

  CertificateRules(X509Certificate authority, String consortium, Clock clock) {
    this.authority = authority;
    this.consortium = consortium;
    this.clock = clock;
  }

  /** The name in an authority's certificate, after checking that it is one. */
  static String consortiumOf(X509Certificate authority) throws UntrustedException {
    if (authority.getBasicConstraints() == NO_AUTHORITY
        || !usage(authority, KEY_USAGE_CERT_SIGN)
        || !authority.getSubjectX500Principal().equals(authority.getIssuerX500Principal())) {
      throw new UntrustedException(
          "This is not an authority's certificate. ca.pem must be the consortium's own.");
    }
    if (!signedBy(authority, authority)) {
      throw new UntrustedException(
          "The authority's certificate is damaged: its signature is wrong.");
    }
    String name = only(authority.getSubjectX500Principal(), "O");
    if (!Principal.isName(name)) {
      throw new UntrustedException(
          "The authority's certificate does not name a consortium in its O attribute.");
    }
    return name;
  }

  String consortium() {
    return consortium;
  }

  Principal principalOf(X509Certificate certificate) throws UntrustedException {
    checkSigner(certificate);
    checkDates(authority, "The consortium authority's certificate");
    checkDates(certificate, "The certificate of " + shown(certificate));
    checkPurpose(certificate);
    Principal principal = checkNames(certificate);
    checkPath(certificate);
    return principal;
  }

  private void checkSigner(X509Certificate certificate) throws UntrustedException {
    if (!Ed25519.owns(certificate.getPublicKey())) {
      throw new UntrustedException(
          "The certificate of " + shown(certificate) + " has a key that is not Ed25519.");
    }
    if (signedBy(certificate, authority)
        && certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return;
    }
    String how =
        certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
            ? " is signed by itself"
            : " is signed by another authority";
    throw new UntrustedException(
        "The certificate of "
            + shown(certificate)
            + how
            + ", not by the authority of consortium "
            + consortium
            + ".");
  }

  private void checkDates(X509Certificate certificate, String what) throws UntrustedException {
    Instant now = clock.instant();
    if (now.isAfter(certificate.getNotAfter().toInstant())) {
      throw new UntrustedException(what + " expired on " + day(certificate.getNotAfter()) + ".");
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      throw new UntrustedException(
          what
              + " is not valid before "
              + day(certificate.getNotBefore())
              + "; is this machine's clock right?");
    }
  }

  private static void checkPurpose(X509Certificate certificate) throws UntrustedException {
    String what = "The certificate of " + shown(certificate);
    if (certificate.getBasicConstraints() != NO_AUTHORITY) {
      throw new UntrustedException(what + " is an authority's, which nobody may connect with.");
    }
    if (!usage(certificate, KEY_USAGE_DIGITAL_SIGNATURE)) {
      throw new UntrustedException(what + " is not made for digital signatures.");
    }
    try {
      List<String> purposes = certificate.getExtendedKeyUsage();
      if (purposes == null || !Set.copyOf(purposes).equals(Set.of(CLIENT_AUTH, SERVER_AUTH))) {
        throw new UntrustedException(
            what + " is not made for client and server authentication (extended key usage).");
      }
    } catch (CertificateParsingException e) {
      throw new UntrustedException(what + " has a malformed extended key usage.", e);
    }
  }

  private Principal checkNames(X509Certificate certificate) throws UntrustedException {
    Principal principal = subjectAlternativeName(certificate);
    X500Principal subject = certificate.getSubjectX500Principal();
    if (!only(subject, "CN").equals(principal.name())) {
      throw new UntrustedException(
          "The certificate names "
              + principal.uri()
              + " but its common name is another: "
              + shown(certificate)
              + ".");
    }
    if (!only(subject, "O").equals(consortium)) {
      throw new UntrustedException(
          "The certificate of "
              + principal
              + " belongs to another consortium than "
              + consortium
              + ".");
    }
    return principal;
  }

  private static Principal subjectAlternativeName(X509Certificate certificate)
      throws UntrustedException {
    String what = "The certificate of " + shown(certificate);
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      // Without the cause, whose message repeats the stranger's bytes as they are.
      throw new UntrustedException(what + " has malformed names.");
    }
    if (names == null || names.isEmpty()) {
      throw new UntrustedException(what + " carries no name of the form urn:consilium:role:name.");
    }
    if (names.size() > 1) {
      throw new UntrustedException(
          what + " carries several names; exactly one urn:consilium:role:name is allowed.");
    }
    List<?> name = names.iterator().next();
    if (name.get(0).equals(SAN_URI) && name.get(1) instanceof String uri) {
      return Principal.parseUri(uri)
          .orElseThrow(() ->
              new UntrustedException(
                  what
                      + " carries the name \""
                      + Printable.of(uri)
                      + "\", which is not of the form urn:consilium:role:name."));
    }
    throw new UntrustedException(
        what + " carries a name that is no URI of the form urn:consilium:role:name.");
  }

  private void checkPath(X509Certificate certificate) throws UntrustedException {
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(clock.instant()));
      CertPathValidator.getInstance("PKIX")
          .validate(
              CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)),
              parameters);
    } catch (GeneralSecurityException e) {
      throw new UntrustedException(
          "The certificate of "
              + shown(certificate)
              + " does not follow the rules for certificates: "
              + Printable.of(String.valueOf(e.getMessage())),
          e);
    }
  }

  private static boolean signedBy(X509Certificate certificate, X509Certificate signer) {
    try {
      certificate.verify(signer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false; // The caller says so in its own words; the cause adds nothing.
    }
  }

  private static boolean usage(X509Certificate certificate, int bit) {
    boolean[] usage = certificate.getKeyUsage();
    return usage != null && usage[bit];
  }

  /** The value of an attribute that occurs exactly once, or the empty string. */
  private static String only(X500Principal name, String attribute) {
    try {
      List<Rdn> all = new LdapName(name.getName(X500Principal.RFC2253)).getRdns();
      List<String> values =
          all.stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase(attribute) && rdn.size() == 1)
              .map(rdn -> String.valueOf(rdn.getValue()))
              .toList();
      return values.size() == 1 ? values.getFirst() : "";
    } catch (InvalidNameException e) {
      return "";
    }
  }

  private static String shown(X509Certificate certificate) {
    return Printable.of(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
  }

  private static LocalDate day(Date date) {
    return LocalDate.ofInstant(date.toInstant(), ZoneOffset.UTC);
  }
}
