package io.consilium.party.plan;

import io.consilium.inference.ModelCard;
import io.consilium.inference.PredictionDisclosures;
import io.consilium.party.manifest.Disclosed;
import io.consilium.protocols.Disclosure;

/**
 * The right to give a client its prediction: one for each admitted question, for just as many
 * elements as its answer has. Only models whose manifest lists the disclosure of predictions are
 * ever put up for serving.
 */
public final class AnswerRights implements PredictionDisclosures {
  private final Disclosure.Listener listener;

  /**
   * Rights under this site's eyes.
   *
   * @param listener told about every answer before it leaves
   */
  public AnswerRights(Disclosure.Listener listener) {
    this.listener = listener;
  }

  @Override
  public Disclosure toClient(String client, ModelCard card, long elements) {
    return Disclosure.grant(Disclosed.PREDICTION, client, elements, listener);
  }
}
