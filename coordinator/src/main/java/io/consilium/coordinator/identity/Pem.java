package io.consilium.coordinator.identity;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** Reads PEM files that hold exactly one block. */
final class Pem {

  static final int FILE_BYTES_MAX = 64 << 10;

  private Pem() {}

  /** The decoded content of the file's only block, which must carry this label. */
  static byte[] read(Path file, String label) throws IdentityException {
    String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new IdentityException(
          file + " holds no \"" + begin + "\" block, so it is not the file that belongs here.");
    }
    if (text.indexOf("-----BEGIN ", from + 1) >= 0) {
      throw new IdentityException(file + " holds several blocks; exactly one is expected.");
    }
    try {
      String body = text.substring(from + begin.length(), to).replaceAll("\\s", "");
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new IdentityException(file + " is damaged: its block is not base64.", e);
    }
  }

  static X509Certificate certificate(Path file) throws IdentityException {
    try {
      return certificate(read(file, "CERTIFICATE"));
    } catch (CertificateException e) {
      throw new IdentityException(file + " is damaged: it holds no X.509 certificate.", e);
    }
  }

  static X509Certificate certificate(byte[] der) throws CertificateException {
    ByteArrayInputStream in = new ByteArrayInputStream(der);
    X509Certificate certificate =
        (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    if (in.available() > 0) {
      throw new CertificateException("bytes after the certificate");
    }
    return certificate;
  }

  private static byte[] bytes(Path file) throws IdentityException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(FILE_BYTES_MAX + 1);
      if (bytes.length > FILE_BYTES_MAX) {
        throw new IdentityException(
            file + " is larger than " + FILE_BYTES_MAX + " bytes; no key or certificate is.");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IdentityException(
          file
              + " does not exist. An identity directory holds key.pem, cert.pem and ca.pem;"
              + " \"consilium pki request\" makes the key, the authority's \"consilium pki sign\""
              + " the other two.",
          e);
    } catch (IOException e) {
      throw new IdentityException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
