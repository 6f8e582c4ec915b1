package io.consilium.inference;

import java.util.Optional;

/** The party's own rules about who may ask what: grants and quotas. Asked before anything else. */
public interface Admission {
  /**
   * Whether a client may read the card of a model.
   *
   * @return a refusal in a sentence, or empty
   */
  Optional<String> toReadCard(String client, String model);

  /**
   * Whether a client may know this model: the owner of an imported one says whose questions it
   * answers.
   *
   * @return a refusal in a sentence, or empty
   */
  Optional<String> toKnow(String client, ModelCard card);

  /**
   * Whether a client may have so many records predicted now. Counts them against its quota.
   *
   * @return a refusal in a sentence, or empty
   */
  Optional<String> toAsk(String client, ModelCard card, int rows);
}
