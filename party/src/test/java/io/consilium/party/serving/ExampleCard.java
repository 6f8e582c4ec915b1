package io.consilium.party.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.consilium.inference.ModelCard;
import java.util.List;

/** A card of no particular model. */
final class ExampleCard {
  private ExampleCard() {}

  static ModelCard of(String name) {
    return new ModelCard(
        name,
        3,
        "logistic",
        "job-7",
        "00ff",
        List.of("hospital-a", "hospital-b", "hospital-c"),
        JsonNodeFactory.instance.objectNode(),
        JsonNodeFactory.instance.objectNode(),
        JsonNodeFactory.instance.objectNode(),
        new ModelCard.Features(4, 24, 1),
        new ModelCard.Output("probability", List.of("0", "1"), 1, 16),
        "2026-01-02T03:04:05Z");
  }
}
