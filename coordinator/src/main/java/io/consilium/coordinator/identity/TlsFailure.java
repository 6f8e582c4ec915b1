package io.consilium.coordinator.identity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Turns a failed TLS handshake into a sentence for people. */
public final class TlsFailure {

  private static final int CAUSES_MAX = 16;
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  private TlsFailure() {}

  /**
   * Why the handshake failed, if identities are the reason: either what is wrong with the other
   * side's certificate, or that the other side refused ours.
   */
  public static Optional<String> sentence(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof UntrustedException) {
        return Optional.of(cause.getMessage());
      }
      if (cause instanceof SSLException && cause.getMessage() != null) {
        Matcher alert = ALERT.matcher(cause.getMessage());
        if (alert.find()) {
          return Optional.of(
              "The other side refused this side's certificate or protocol ("
                  + alert.group(1)
                  + "); its log says why.");
        }
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
