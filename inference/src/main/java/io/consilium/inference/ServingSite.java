package io.consilium.inference;

import java.util.Set;

/**
 * What the party decides about serving: its models, who may ask, and what is written down.
 *
 * @param warm names of models whose latest version this party keeps a session open for when it
 *     leads it, so that no question waits for one
 */
public record ServingSite(
    ModelShelf shelf,
    SecretModel.Loader loader,
    Admission admission,
    PredictionDisclosures disclosures,
    QueryAudit audit,
    Set<String> warm) {
  public ServingSite {
    warm = Set.copyOf(warm);
  }
}
