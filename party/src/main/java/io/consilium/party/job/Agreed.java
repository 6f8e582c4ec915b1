package io.consilium.party.job;

import io.consilium.party.dataplane.PlanAcceptance;
import io.consilium.party.dataplane.ServingTerms;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The signed acceptances of all parties of an attempt, this one's included. */
record Agreed(Map<String, PlanAcceptance> byParty) {
  Agreed {
    byParty = Map.copyOf(byParty);
  }

  /**
   * SHA-256 over all of them. The keys of the session are bound to it: compute parties to which a
   * party has said different things do not come to terms.
   */
  byte[] digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update("consilium acceptances 1\0".getBytes(StandardCharsets.UTF_8));
      new TreeMap<>(byParty)
          .forEach((party, acceptance) -> {
            digest.update((party + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(acceptance.digest());
          });
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What these parties said of questions to the model. */
  List<ServingTerms> terms(List<String> parties) {
    return parties.stream().map(party -> byParty.get(party).terms()).toList();
  }
}
