package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.protocols.transport.SessionId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Queries as they lie at the parties once their connections have brought them. */
final class TestQueries {
  private final ModelCard card = TestModel.card(1);
  private final Random random;
  private final Map<SessionId, HolderShares> shared = new HashMap<>();

  TestQueries(long seed) {
    random = new Random(seed);
  }

  /** One party's part of a query; the parts of the same id belong together. */
  Query at(ComputeParty party, SessionId id, String client, int rows) {
    return at(party, id, client, TestModel.question(rows, id.low()));
  }

  Query at(ComputeParty party, SessionId id, String client, Question question) {
    QueryTensors tensors = new QueryTensors(id, card, question.rows());
    HolderShares shares = shared.computeIfAbsent(id, _ -> share(tensors, question));
    return Query.of(
        tensors,
        card.digest(),
        client,
        HolderInput.receive(shares.forParty(party), shares.description()),
        ThreeParties.any());
  }

  private HolderShares share(QueryTensors tensors, Question question) {
    try {
      return tensors.share(question, random);
    } catch (PredictionException e) {
      throw new AssertionError(e);
    }
  }
}
