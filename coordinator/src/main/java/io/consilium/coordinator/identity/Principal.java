package io.consilium.coordinator.identity;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Somebody with a certificate of the consortium, identified by role and name and by nothing else:
 * host names and addresses play no part.
 *
 * @param role what the principal may be
 * @param name the name, matching {@code [a-z][a-z0-9-]{0,38}}
 */
public record Principal(Role role, String name) {

  private static final String URI_PREFIX = "urn:consilium:";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,38}");

  /** Refuses a name that is not well formed. */
  public Principal {
    Objects.requireNonNull(role, "role");
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a name is 1 to 39 small letters, digits and hyphens and begins with a letter, not \""
              + Printable.of(name)
              + "\"");
    }
  }

  /** The party of this name. */
  public static Principal party(String name) {
    return new Principal(Role.PARTY, name);
  }

  /** The coordinator of this name. */
  public static Principal coordinator(String name) {
    return new Principal(Role.COORDINATOR, name);
  }

  /** Whether this text is a well-formed name of a principal or a consortium. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Reads {@link #toString()}'s form, {@code role:name}. */
  public static Optional<Principal> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || !isName(text.substring(colon + 1))) {
      return Optional.empty();
    }
    return Role.of(text.substring(0, colon))
        .map(role -> new Principal(role, text.substring(colon + 1)));
  }

  /** The subject alternative name of the principal's certificate. */
  public String uri() {
    return URI_PREFIX + this;
  }

  /** Reads {@link #uri()}'s form, {@code urn:consilium:role:name}. */
  public static Optional<Principal> parseUri(String uri) {
    return uri.startsWith(URI_PREFIX)
        ? parse(uri.substring(URI_PREFIX.length()))
        : Optional.empty();
  }

  /** {@code role:name}, for example {@code party:hospital-a}. */
  @Override
  public String toString() {
    return role.label() + ":" + name;
  }
}
