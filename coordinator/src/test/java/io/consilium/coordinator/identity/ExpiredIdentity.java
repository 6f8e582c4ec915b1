package io.consilium.coordinator.identity;

import io.consilium.coordinator.identity.Certificates.Authority;
import io.consilium.coordinator.identity.Certificates.Leaf;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;

/** Writes an identity directory whose certificate was valid once. */
public final class ExpiredIdentity {

  private ExpiredIdentity() {}

  public static Path write(Authority authority, Path directory, Principal principal)
      throws GeneralSecurityException, IOException {
    Leaf leaf = authority.leaf(principal);
    leaf.from = Instant.now().minusSeconds(2 * 86_400);
    leaf.to = Instant.now().minusSeconds(86_400);
    return authority.write(directory, leaf, authority.sign(leaf));
  }
}
