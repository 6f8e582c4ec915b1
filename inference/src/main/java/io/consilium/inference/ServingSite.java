package io.consilium.inference;

/** What the party decides about serving: its models, who may ask, and what is written down. */
public record ServingSite(
    ModelShelf shelf,
    SecretModel.Loader loader,
    Admission admission,
    PredictionDisclosures disclosures,
    QueryAudit audit) {}
