package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.SignedDocument;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Signs with the coordinator's key. */
final class SigningClerk implements Clerk {

  private static final int SESSION_BYTES = 16;

  private final Identity identity;
  private final SecureRandom random;

  SigningClerk(Identity identity, SecureRandom random) {
    this.identity = identity;
    this.random = random;
  }

  @Override
  public String sessionId() {
    byte[] bytes = new byte[SESSION_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public SignedDocument sign(StartDocument start) {
    return Document.sign(identity, start);
  }

  @Override
  public SignedDocument sign(CancelDocument cancel) {
    return Document.sign(identity, cancel);
  }

  @Override
  public SignedDocument sign(OutcomeDocument outcome) {
    return Document.sign(identity, outcome);
  }
}
