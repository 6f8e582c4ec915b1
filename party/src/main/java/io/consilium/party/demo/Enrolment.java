package io.consilium.party.demo;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.UserException;
import io.consilium.party.pki.ConsortiumAuthority;
import io.consilium.party.pki.EnrolmentRequest;
import io.consilium.party.pki.Passphrase;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/** An authority and a certificate for everybody, by the same steps as in a real deployment. */
final class Enrolment {

  /** Long enough to look at a run later; a demo's certificates need not live for years. */
  private static final int DAYS = 30;

  private final Clock clock;
  private final SecureRandom random;

  Enrolment(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  void enrol(Roster roster, Workspace workspace) throws UserException, IOException {
    ConsortiumAuthority authority =
        ConsortiumAuthority.create(
            workspace.authority(), Roster.CONSORTIUM, Passphrase.none(), clock, random);
    for (Principal principal : roster.principals()) {
      Path directory = workspace.identity(principal);
      EnrolmentRequest request = EnrolmentRequest.create(directory, principal, random);
      authority.issue(request, DAYS, false, directory.resolve(Identity.CERTIFICATE_FILE));
    }
  }
}
