package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.X25519;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.List;

/**
 * The key that the results of one job are sealed to, with what the researcher signed: whom the
 * results must come from is not asked of the coordinator.
 *
 * @param manifestSha256 digest of the manifest's signed bytes
 * @param computeParties the three that compute, by the researcher's own manifest
 */
public record ResultKey(
    JobId jobId, String manifestSha256, List<String> computeParties, KeyPair pair) {

  /** Copies the list. */
  public ResultKey {
    computeParties = List.copyOf(computeParties);
  }

  /** What goes into the submission, hexadecimal. */
  public String publicHex() {
    return X25519.hex(pair.getPublic());
  }

  PrivateKey privateKey() {
    return pair.getPrivate();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ResultKey[" + jobId + "]";
  }
}
