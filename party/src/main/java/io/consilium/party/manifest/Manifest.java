package io.consilium.party.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.jobs.Envelope;
import io.consilium.coordinator.jobs.RefusedException;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.split.SplitRule;
import io.consilium.party.policy.DisclosureRequest;
import io.consilium.party.policy.Recipient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a researcher asks the hospitals to compute. Parsed by every party on its own; what is to be
 * computed is read by the training module.
 *
 * @param name the model's name
 * @param purpose why, for the officers who approve it
 * @param parties everybody who takes part
 * @param computeParties P0, P1 and P2, in this order
 * @param dataHolders the parties that bring records; all of them unless the manifest says otherwise
 * @param dataset the name of the data set at each site
 * @param split how each site divides its records
 * @param program the whole manifest, of which the training module reads its part
 * @param disclosures everything that may be opened
 * @param serving whether the model is to answer questions, and what an answer tells
 */
public record Manifest(
    String name,
    String purpose,
    List<String> parties,
    List<String> computeParties,
    List<String> dataHolders,
    String dataset,
    StudySchema schema,
    SplitRule split,
    JsonNode program,
    String suite,
    List<DisclosureRequest> disclosures,
    ServingRequest serving) {

  /** The only suite there is. */
  public static final String SUITE = "rep3";

  private static final Set<String> KEYS =
      Set.of(
          "kind",
          "name",
          "purpose",
          "parties",
          "computeParties",
          "dataHolders",
          "dataset",
          "schema",
          "split",
          "preprocessing",
          "model",
          "training",
          "suite",
          "precision",
          "disclosures",
          "serving");

  /** Copies the lists. */
  public Manifest {
    parties = List.copyOf(parties);
    computeParties = List.copyOf(computeParties);
    dataHolders = List.copyOf(dataHolders);
    disclosures = List.copyOf(disclosures);
  }

  /**
   * Reads a manifest.
   *
   * @param json the bytes that the researcher signed
   * @throws InvalidDefinitionException naming the path of the first wrong key or value
   */
  public static Manifest parse(byte[] json) throws InvalidDefinitionException {
    JsonNode tree;
    try {
      tree = Json.read(json, JsonNode.class);
    } catch (IOException e) {
      throw new InvalidDefinitionException("manifest", "is not well-formed JSON");
    }
    DefinitionNode root = DefinitionNode.of(tree, "", KEYS);
    List<String> parties = root.texts("parties");
    List<String> holders = root.has("dataHolders") ? root.texts("dataHolders") : parties;
    if (holders.isEmpty() || !parties.containsAll(holders) || namesTwice(holders)) {
      throw new InvalidDefinitionException(
          "dataHolders",
          "must name at least one party, each once, and only parties of the list 'parties'");
    }
    requireThree(root, parties);
    String suite = root.optionalText("suite").orElse(SUITE);
    if (!suite.equals(SUITE)) {
      throw new InvalidDefinitionException("suite", "is not known; this version runs " + SUITE);
    }
    StudySchema schema = StudySchema.parse(root.required("schema"));
    Manifest manifest =
        new Manifest(
            root.text("name"),
            root.optionalText("purpose").orElse(""),
            parties,
            root.texts("computeParties"),
            holders,
            root.text("dataset"),
            schema,
            SplitRule.parse(root, schema),
            tree,
            suite,
            disclosures(root),
            ServingRequest.parse(root, schema.classes().size()));
    if (manifest.schema().weight().isPresent()) {
      throw new InvalidDefinitionException(
          "schema.columns", "weights of single records are not offered; use training.classWeights");
    }
    manifest.requireConsistentDisclosures();
    requireEnvelope(json);
    return manifest;
  }

  /** What the coordinator would refuse at submission is refused wherever a manifest is read. */
  private static void requireEnvelope(byte[] json) throws InvalidDefinitionException {
    try {
      Envelope _ = Envelope.parse(json);
    } catch (RefusedException e) {
      throw new InvalidDefinitionException("manifest", e.getMessage());
    }
  }

  /** Three parties that hold one share each: were two of them one, it would hold all shares. */
  static void requireThree(DefinitionNode root, List<String> parties)
      throws InvalidDefinitionException {
    if (namesTwice(parties)) {
      throw new InvalidDefinitionException("parties", "must name each party once");
    }
    List<String> three = root.texts("computeParties");
    if (three.size() != 3 || namesTwice(three) || !parties.containsAll(three)) {
      throw new InvalidDefinitionException(
          "computeParties", "must name three different parties of the list 'parties'");
    }
  }

  private static boolean namesTwice(List<String> names) {
    return new HashSet<>(names).size() != names.size();
  }

  static List<DisclosureRequest> disclosures(DefinitionNode root)
      throws InvalidDefinitionException {
    List<DisclosureRequest> requests = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int index = 0;
    for (JsonNode item : root.array("disclosures")) {
      String path = "disclosures[" + index++ + "]";
      DefinitionNode entry = DefinitionNode.of(item, path, Set.of("value", "to"));
      Recipient to = recipient(entry);
      String value = entry.text("value");
      if (!seen.add(value)) {
        throw new InvalidDefinitionException(path + ".value", "is listed twice");
      }
      requests.add(new DisclosureRequest(value, to));
    }
    return requests;
  }

  private static Recipient recipient(DefinitionNode entry) throws InvalidDefinitionException {
    String word = entry.text("to");
    return Arrays.stream(Recipient.values())
        .filter(recipient -> recipient.label().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new InvalidDefinitionException(
                entry.pathOf("to"), "must be parties, researcher or client"));
  }

  /** Who learns a value, if anybody may. */
  public Optional<Recipient> recipient(String value) {
    return disclosures.stream()
        .filter(request -> request.value().equals(value))
        .map(DisclosureRequest::to)
        .findFirst();
  }

  /** Where in the manifest a value is listed. */
  public String placeOf(String value) {
    for (int i = 0; i < disclosures.size(); i++) {
      if (disclosures.get(i).value().equals(value)) {
        return "disclosures[" + i + "]";
      }
    }
    return "disclosures";
  }

  private void requireConsistentDisclosures() throws InvalidDefinitionException {
    if (recipient(Disclosed.ROW_COUNTS).isEmpty()) {
      throw new InvalidDefinitionException(
          "disclosures",
          "must list 'rowCounts' to parties: the compute parties see how many records each site"
              + " shares");
    }
    if (serving.allowed()
        && !recipient(Disclosed.PREDICTION).equals(Optional.of(Recipient.CLIENT))) {
      throw new InvalidDefinitionException(
          "disclosures", "must list 'prediction' to client, because serving is allowed");
    }
    for (int i = 0; i < disclosures.size(); i++) {
      String value = disclosures.get(i).value();
      if (!Disclosed.ALL.contains(value)) {
        throw new InvalidDefinitionException(
            "disclosures[" + i + "].value",
            "'" + value + "' is no value of a training job; there are " + Disclosed.listing());
      }
      boolean toClient = disclosures.get(i).to() == Recipient.CLIENT;
      if (toClient != value.equals(Disclosed.PREDICTION)) {
        throw new InvalidDefinitionException(
            "disclosures[" + i + "].to", "a prediction goes to the client, and nothing else does");
      }
    }
  }
}
