package io.consilium.party;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.pki.ConsortiumAuthority;
import io.consilium.party.pki.EnrolmentRequest;
import io.consilium.party.pki.Passphrase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/** Real identities for tests, made by the real enrolment. */
public final class Enrolled {

  private final Path directory;
  private final ConsortiumAuthority authority;
  private final SecureRandom random = new SecureRandom();

  public Enrolled(Path directory) throws UserException, IOException {
    this.directory = directory;
    this.authority =
        ConsortiumAuthority.create(
            directory.resolve("authority"),
            "heart-study",
            Passphrase.none(),
            Clock.systemUTC(),
            random);
  }

  /** A new identity directory for this principal. */
  public Path directory(Principal principal) throws UserException, IOException {
    Path own = directory.resolve(principal.role().label() + "-" + principal.name());
    EnrolmentRequest request = EnrolmentRequest.create(own, principal, random);
    authority.issue(request, 30, false, own.resolve(Identity.CERTIFICATE_FILE));
    return own;
  }

  public Identity identity(Principal principal)
      throws UserException, IOException, IdentityException {
    return Identity.load(directory(principal));
  }
}
