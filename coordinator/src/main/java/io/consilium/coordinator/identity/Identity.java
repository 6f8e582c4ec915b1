package io.consilium.coordinator.identity;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Arrays;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * This process's own key and certificate: signs documents and opens mutual TLS 1.3. The private key
 * has no accessor.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Identity {

  /** The private key, PKCS#8, readable by its owner only. */
  public static final String KEY_FILE = "key.pem";

  /** The certificate that the consortium's authority issued. */
  public static final String CERTIFICATE_FILE = "cert.pem";

  /** The certificate of the consortium's authority. */
  public static final String AUTHORITY_FILE = "ca.pem";

  private static final String PROBE_KIND = "probe";

  private final Principal principal;
  private final X509Certificate certificate;
  private final Trust trust;
  private final PrivateKey key;

  private Identity(Principal principal, X509Certificate certificate, Trust trust, PrivateKey key) {
    this.principal = principal;
    this.certificate = certificate;
    this.trust = trust;
    this.key = key;
  }

  /** Reads an identity directory, by the machine's clock. */
  public static Identity load(Path directory) throws IdentityException {
    return load(directory, Clock.systemUTC());
  }

  /**
   * Reads an identity directory and checks that its three files belong together and are valid now.
   */
  public static Identity load(Path directory, Clock clock) throws IdentityException {
    Trust trust = Trust.load(directory.resolve(AUTHORITY_FILE), clock);
    Path certificateFile = directory.resolve(CERTIFICATE_FILE);
    X509Certificate certificate = Pem.certificate(certificateFile);
    try {
      Principal principal = trust.verify(new X509Certificate[] {certificate});
      PrivateKey key = key(directory.resolve(KEY_FILE));
      checkPair(directory, key, certificate);
      return new Identity(principal, certificate, trust, key);
    } catch (UntrustedException e) {
      throw new IdentityException(certificateFile + ": " + e.getMessage(), e);
    }
  }

  /** Who this process is. */
  public Principal principal() {
    return principal;
  }

  /** This process's certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Whom this process believes. */
  public Trust trust() {
    return trust;
  }

  /** TLS 1.3 with any principal of the consortium. */
  public SSLContext sslContext() {
    return sslContext(any -> true);
  }

  /**
   * TLS 1.3 that only these principals of the consortium get through, whether they call or are
   * called. Servers made from it demand a certificate; host names are not compared, so a client
   * must say here whom it wants to reach.
   */
  public SSLContext sslContext(Predicate<Principal> accepted) {
    try {
      return MutualTls.create(
          new OwnKeyManager(key, certificate), new ConsortiumTrustManager(trust, accepted));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS 1.3", e);
    }
  }

  /**
   * Signs a document as this principal.
   *
   * @param kind what the document is; a signature for one kind is worthless for another
   */
  public SignedDocument sign(String kind, byte[] document) {
    try {
      // Validates the kind and the length before anything is signed.
      SignedDocument unsigned =
          new SignedDocument(kind, document, certificate.getEncoded(), new byte[0]);
      byte[] signature = Ed25519.sign(key, kind, document);
      return new SignedDocument(kind, document, unsigned.certificate(), signature);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no Ed25519", e);
    }
  }

  private static PrivateKey key(Path file) throws IdentityException {
    OwnerOnly.require(file);
    byte[] der = Pem.read(file, "PRIVATE KEY");
    try {
      return KeyFactory.getInstance(Ed25519.NAME).generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      // Without the cause: a parser's message may quote what it read.
      throw new IdentityException(file + " holds no Ed25519 private key in PKCS#8 form.");
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static void checkPair(Path directory, PrivateKey key, X509Certificate certificate)
      throws IdentityException {
    byte[] probe = new byte[0];
    try {
      byte[] signature = Ed25519.sign(key, PROBE_KIND, probe);
      if (Ed25519.verify(certificate.getPublicKey(), PROBE_KIND, probe, signature)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IdentityException(directory + ": the key cannot be used.", e);
    }
    throw new IdentityException(
        "In "
            + directory
            + ", cert.pem was issued for another key than key.pem. Put the certificate there that"
            + " answers this directory's request.pem.");
  }

  /** Names the principal only. */
  @Override
  public String toString() {
    return "Identity[" + principal + "]";
  }
}
