package io.consilium.inference;

import java.util.Set;
import java.util.function.Supplier;

/**
 * What the party decides about serving: its models, who may ask, and what is written down.
 *
 * @param warm asked from time to time: names of models whose latest version this party keeps a
 *     session open for when it leads it, so that no question waits for one
 */
public record ServingSite(
    ModelShelf shelf,
    SecretModel.Loader loader,
    Admission admission,
    PredictionDisclosures disclosures,
    QueryAudit audit,
    Supplier<Set<String>> warm) {

  /** The same models are kept ready all the time. */
  public ServingSite(
      ModelShelf shelf,
      SecretModel.Loader loader,
      Admission admission,
      PredictionDisclosures disclosures,
      QueryAudit audit,
      Set<String> warm) {
    this(shelf, loader, admission, disclosures, audit, () -> warm);
  }
}
