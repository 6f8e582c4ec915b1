package io.consilium.coordinator.identity;

import java.security.cert.CertificateException;

/**
 * A certificate or a signature that must not be believed. The message is a sentence for people that
 * names the cause.
 */
public final class UntrustedException extends CertificateException {

  private static final long serialVersionUID = 1L;

  UntrustedException(String sentence) {
    super(sentence);
  }

  UntrustedException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
