package io.consilium.party.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.consilium.datasets.schema.LabelKind;
import io.consilium.datasets.split.SplitRule;
import io.consilium.datasets.study.Study;
import io.consilium.party.manifest.Disclosed;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.Recipient;

/** The researcher's manifests, one for each seed. */
final class Manifests {

  private static final int FRACTION_BITS = 16;

  private final Study study;
  private final Roster roster;

  Manifests(Study study, Roster roster) {
    this.study = study;
    this.roster = roster;
  }

  /** The model's name, which is the study's. */
  String model() {
    return study.name();
  }

  /**
   * A study with this seed for the split, if it is a random one, the first weights and the order of
   * the batches.
   */
  ObjectNode of(long seed) {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("kind", "train");
    manifest.put("name", model());
    manifest.put("purpose", study.description());
    manifest.setAll(study.manifest());
    roster.parties().forEach(manifest.putArray("parties")::add);
    roster.computeParties().forEach(manifest.putArray("computeParties")::add);
    if (!roster.neutral().isEmpty()) {
      roster.hospitals().forEach(manifest.putArray("dataHolders")::add);
    }
    if (study.schema().split().isEmpty()) {
      manifest.withObject(SplitRule.KEY).put("seed", seed);
    }
    manifest.withObject("training").put("seed", seed);
    manifest.put("suite", Manifest.SUITE);
    manifest.putObject("precision").put("fractionBits", FRACTION_BITS);
    disclose(manifest, Disclosed.ROW_COUNTS, Recipient.PARTIES);
    disclose(manifest, Disclosed.LOSS, Recipient.RESEARCHER);
    disclose(manifest, Disclosed.ACCURACY, Recipient.RESEARCHER);
    if (study.schema().labelKind() == LabelKind.BINARY) {
      disclose(manifest, Disclosed.AUC, Recipient.RESEARCHER);
    }
    disclose(manifest, Disclosed.CONFUSION, Recipient.RESEARCHER);
    disclose(manifest, Disclosed.WEIGHTS, Recipient.PARTIES);
    disclose(manifest, Disclosed.PREDICTION, Recipient.CLIENT);
    manifest.putObject("serving").put("allowed", true);
    return manifest;
  }

  /** The same as a file that a person can read and change. */
  String text(long seed) {
    try {
      return new YAMLMapper().writeValueAsString(of(seed));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a YAML form", e);
    }
  }

  private static void disclose(ObjectNode manifest, String value, Recipient to) {
    manifest.withArray("disclosures").addObject().put("value", value).put("to", to.label());
  }
}
