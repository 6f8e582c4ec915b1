package io.consilium.inference;

import io.consilium.protocols.Disclosure;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.transport.SessionId;
import java.util.concurrent.CompletableFuture;

/**
 * A client's question at one party: this party's shares of it, and the place where the answer goes.
 *
 * @param digest of everything that the three parties must have been told alike
 * @param disclosure the right to give the client its prediction
 */
record Query(
    SessionId id,
    String client,
    int rows,
    HolderInput features,
    HolderInput mask,
    byte[] digest,
    Disclosure disclosure,
    CompletableFuture<Answer> answer) {

  static byte[] digest(
      SessionId id, String client, byte[] cardDigest, int rows, HolderInput... inputs) {
    Sha256 digest = Sha256.of("query").with(id.bytes()).with(client).with(cardDigest).with(rows);
    for (HolderInput input : inputs) {
      digest.with(input.description().canonicalBytes());
    }
    return digest.digest();
  }

  @Override
  public String toString() {
    return "Query[" + id + " ***]";
  }
}
