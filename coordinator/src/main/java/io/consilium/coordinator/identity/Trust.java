package io.consilium.coordinator.identity;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Decides who a certificate or a signed document comes from. The only root is the consortium's own
 * authority; the machine's certificate store, host names and the network address play no part.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Trust {

  /** Leaf and, as some implementations send it along, the authority. */
  private static final int CHAIN_LENGTH_MAX = 2;

  private static final int CERTIFICATE_BYTES_MAX = 16 << 10;

  private final X509Certificate authority;
  private final CertificateRules rules;

  private Trust(X509Certificate authority, String consortium, Clock clock) {
    this.authority = authority;
    this.rules = new CertificateRules(authority, consortium, clock);
  }

  /** Trusts the authority whose certificate this file holds, by the machine's clock. */
  public static Trust load(Path caPem) throws IdentityException {
    return load(caPem, Clock.systemUTC());
  }

  /** Trusts the authority whose certificate this file holds. */
  public static Trust load(Path caPem, Clock clock) throws IdentityException {
    X509Certificate authority = Pem.certificate(caPem);
    try {
      return new Trust(authority, CertificateRules.consortiumOf(authority), clock);
    } catch (UntrustedException e) {
      throw new IdentityException(caPem + ": " + e.getMessage(), e);
    }
  }

  /** The name of the consortium. */
  public String consortium() {
    return rules.consortium();
  }

  /** The authority's certificate. */
  public X509Certificate authority() {
    return authority;
  }

  /**
   * Who holds the first certificate of this chain.
   *
   * @throws UntrustedException with a sentence that names the cause, if the certificate is not one
   *     of this consortium's, or not valid now
   */
  public Principal verify(X509Certificate[] chain) throws UntrustedException {
    if (chain.length == 0) {
      throw new UntrustedException("No certificate was shown.");
    }
    if (chain.length > CHAIN_LENGTH_MAX
        || (chain.length == CHAIN_LENGTH_MAX && !chain[1].equals(authority))) {
      throw new UntrustedException(
          "The certificate comes with a chain of "
              + chain.length
              + " certificates; the consortium's authority signs directly, without others"
              + " between.");
    }
    return rules.principalOf(chain[0]);
  }

  /** Who is on the other end of this TLS session. */
  public Principal peer(SSLSession session) throws UntrustedException {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return verify(Arrays.copyOf(chain, chain.length, X509Certificate[].class));
    } catch (SSLPeerUnverifiedException e) {
      throw new UntrustedException("The other side showed no certificate.", e);
    }
  }

  /**
   * Who signed this document.
   *
   * @param kind the kind of document that is expected here
   * @throws UntrustedException if the kind is another, the author's certificate is not to be
   *     trusted, or the signature does not fit the document
   */
  public Principal verify(SignedDocument signed, String kind) throws UntrustedException {
    if (!signed.kind().equals(kind)) {
      throw new UntrustedException(
          "The document was signed as \"" + signed.kind() + "\", not as \"" + kind + "\".");
    }
    X509Certificate certificate = certificateOf(signed);
    Principal author = verify(new X509Certificate[] {certificate});
    try {
      if (Ed25519.verify(certificate.getPublicKey(), kind, signed.document(), signed.signature())) {
        return author;
      }
    } catch (GeneralSecurityException e) {
      throw new UntrustedException("The signature of " + author + " is malformed.", e);
    }
    throw new UntrustedException(
        "The signature of "
            + author
            + " does not fit: the document was changed after it was signed, or signed by"
            + " another key.");
  }

  private static X509Certificate certificateOf(SignedDocument signed) throws UntrustedException {
    if (signed.certificate().length > CERTIFICATE_BYTES_MAX) {
      throw new UntrustedException(
          "The certificate beside the signature is larger than "
              + CERTIFICATE_BYTES_MAX
              + " bytes.");
    }
    try {
      return Pem.certificate(signed.certificate());
    } catch (CertificateException e) {
      throw new UntrustedException("The certificate beside the signature is damaged.", e);
    }
  }

  /** Names the consortium. */
  @Override
  public String toString() {
    return "Trust[" + consortium() + "]";
  }
}
