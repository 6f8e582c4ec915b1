package io.consilium.inference;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** The models that a party has and may serve. */
public interface ModelShelf {
  /**
   * The card of a model.
   *
   * @param version empty for the latest
   */
  Optional<ModelCard> card(String name, OptionalInt version);

  /** The shares, when a session begins. */
  ModelAsset asset(ModelCard card) throws IOException;
}
