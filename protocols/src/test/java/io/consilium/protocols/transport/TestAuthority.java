package io.consilium.protocols.transport;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test. */
public final class TestAuthority {
  private static final char[] NO_PASSWORD = new char[0];

  private final KeyPair keys = keys();
  private final X509Certificate certificate = issue("authority", keys, true);

  /** The credentials of a node that trusts this authority. */
  public SSLContext node(String name) {
    KeyPair own = keys();
    return context(own, issue(name, own, false), certificate);
  }

  /** A node without a certificate. */
  SSLContext anonymous() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust(certificate).getTrustManagers(), new SecureRandom());
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A node of this authority that trusts another one. */
  SSLContext nodeTrusting(String name, TestAuthority other) {
    KeyPair own = keys();
    return context(own, issue(name, own, false), other.certificate);
  }

  public static String nameOf(SSLSession session) {
    try {
      X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
      return leaf.getSubjectX500Principal().getName().substring("CN=".length());
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("it shows no certificate", e);
    }
  }

  private SSLContext context(KeyPair own, X509Certificate leaf, X509Certificate trusted) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry(
          "node", own.getPrivate(), NO_PASSWORD, new Certificate[] {leaf, certificate});
      KeyManagerFactory manager = KeyManagerFactory.getInstance("PKIX");
      manager.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(manager.getKeyManagers(), trust(trusted).getTrustManagers(), new SecureRandom());
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static TrustManagerFactory trust(X509Certificate trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setCertificateEntry("authority", trusted);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory;
  }

  private static KeyPair keys() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate issue(String name, KeyPair subject, boolean authority) {
    try {
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Principal("CN=authority"),
              new BigInteger(64, new SecureRandom()),
              Date.from(now.minus(1, ChronoUnit.DAYS)),
              Date.from(now.plus(1, ChronoUnit.DAYS)),
              new X500Principal("CN=" + name),
              subject.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("Ed25519").build(keys.getPrivate())));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
