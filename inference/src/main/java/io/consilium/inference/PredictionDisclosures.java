package io.consilium.inference;

import io.consilium.protocols.Disclosure;

/** Where the right to give a client its prediction comes from: the party's policy. */
@FunctionalInterface
public interface PredictionDisclosures {
  /**
   * The disclosure of one answer.
   *
   * @param elements how many ring elements the answer has
   */
  Disclosure toClient(String client, ModelCard card, long elements);
}
