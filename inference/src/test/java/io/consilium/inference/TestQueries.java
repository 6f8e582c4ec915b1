package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.protocols.transport.SessionId;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Queries as they lie at the parties once their connections have brought them. */
final class TestQueries {
  private final ModelCard card = TestModel.card(1);
  private final Random random;
  private final Map<String, HolderShares> shared = new HashMap<>();

  TestQueries(long seed) {
    random = new Random(seed);
  }

  /** One party's part of a query; the parts of the same id belong together. */
  Query at(ComputeParty party, SessionId id, String client, int rows) {
    return at(party, id, client, TestModel.question(rows, id.low()));
  }

  Query at(ComputeParty party, SessionId id, String client, Question question) {
    QueryTensors tensors = new QueryTensors(id, card, question.rows());
    try {
      long[] codes = question.featureCodes(card.features());
      HolderShares features =
          shared.computeIfAbsent(
              tensors.featuresId(),
              name ->
                  HolderShares.of(name, tensors.shape(), tensors.featuresFormat(), codes, random));
      HolderShares mask =
          shared.computeIfAbsent(
              tensors.maskId(),
              name ->
                  HolderShares.of(
                      name, tensors.shape(), tensors.maskFormat(), question.maskCodes(), random));
      HolderInput ofFeatures =
          HolderInput.receive(features.forParty(party), features.description());
      HolderInput ofMask = HolderInput.receive(mask.forParty(party), mask.description());
      return new Query(
          id,
          client,
          question.rows(),
          ofFeatures,
          ofMask,
          Query.digest(id, client, card.digest(), question.rows(), ofFeatures, ofMask),
          ThreeParties.any(),
          new CompletableFuture<>());
    } catch (PredictionException e) {
      throw new AssertionError(e);
    }
  }
}
