package io.consilium.inference;

import io.consilium.protocols.Disclosure;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.transport.SessionId;
import java.util.concurrent.CompletableFuture;

/**
 * A client's question at one party: this party's shares of it, and the place where the answer goes.
 *
 * @param input features above mask, see {@link QueryTensors}
 * @param digest of everything that the three parties must have been told alike
 * @param disclosure the right to give the client its prediction
 */
record Query(
    SessionId id,
    String client,
    int rows,
    HolderInput input,
    byte[] digest,
    Disclosure disclosure,
    CompletableFuture<Answer> answer) {

  static Query of(
      QueryTensors tensors,
      byte[] cardDigest,
      String client,
      HolderInput input,
      Disclosure disclosure) {
    return new Query(
        tensors.id(),
        client,
        tensors.rows(),
        input,
        digest(tensors, cardDigest, client, input),
        disclosure,
        new CompletableFuture<>());
  }

  private static byte[] digest(
      QueryTensors tensors, byte[] cardDigest, String client, HolderInput input) {
    Sha256 digest =
        Sha256.of("query")
            .with(tensors.id().bytes())
            .with(client)
            .with(cardDigest)
            .with(tensors.rows());
    input.description().digests().forEach(digest::with);
    return digest.digest();
  }

  @Override
  public String toString() {
    return "Query[" + id + " ***]";
  }
}
