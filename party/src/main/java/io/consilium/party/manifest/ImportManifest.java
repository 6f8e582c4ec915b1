package io.consilium.party.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.onnx.NetworkDescription;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.party.policy.DisclosureRequest;
import io.consilium.party.policy.Recipient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the owner of a trained network asks the others: to keep it as shares, and to answer
 * questions with it. Parsed by every party on its own.
 *
 * @param name the model's name
 * @param purpose why, for the officers who approve it
 * @param parties everybody who takes part: the compute parties and the owner
 * @param computeParties P0, P1 and P2, in this order
 * @param owner the party that has the network and signs this
 * @param network its public part
 * @param classes names of the classes that it tells apart, if they have any
 * @param pixels how a picture becomes an input
 * @param clients who may ask; everybody whom the parties serve, if empty
 * @param disclosures everything that may be opened
 */
public record ImportManifest(
    String name,
    String purpose,
    List<String> parties,
    List<String> computeParties,
    String owner,
    NetworkDescription network,
    List<String> classes,
    NetworkCard.Pixels pixels,
    List<String> clients,
    List<DisclosureRequest> disclosures) {
  /** The kind of job. */
  public static final String KIND = "import";

  private static final Set<String> KEYS =
      Set.of(
          "kind",
          "name",
          "purpose",
          "parties",
          "computeParties",
          "owner",
          "network",
          "classes",
          "pixels",
          "clients",
          "suite",
          "disclosures");

  public ImportManifest {
    parties = List.copyOf(parties);
    computeParties = List.copyOf(computeParties);
    classes = List.copyOf(classes);
    clients = List.copyOf(clients);
    disclosures = List.copyOf(disclosures);
  }

  /** Everything that an import with these weights opens, and to whom. */
  public static List<DisclosureRequest> disclosures(boolean publicWeights) {
    DisclosureRequest prediction = new DisclosureRequest(Disclosed.PREDICTION, Recipient.CLIENT);
    return publicWeights
        ? List.of(prediction, new DisclosureRequest(Disclosed.WEIGHTS, Recipient.PARTIES))
        : List.of(prediction);
  }

  /** Whether a document is of this kind. */
  public static boolean isOne(byte[] json) {
    try {
      return Json.read(json, JsonNode.class).path("kind").asText().equals(KIND);
    } catch (IOException e) {
      return false;
    }
  }

  /** The document that its owner signs. */
  public byte[] toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", KIND).put("name", name).put("owner", owner);
    if (!purpose.isBlank()) {
      json.put("purpose", purpose);
    }
    json.put("suite", Manifest.SUITE);
    put(json.putArray("parties"), parties);
    put(json.putArray("computeParties"), computeParties);
    put(json.putArray("classes"), classes);
    put(json.putArray("clients"), clients);
    json.set("network", network.toJson());
    ObjectNode scaling = json.putObject("pixels").put("white", pixels.white());
    pixels.mean().forEach(scaling.putArray("mean")::add);
    pixels.deviation().forEach(scaling.putArray("deviation")::add);
    ArrayNode opened = json.putArray("disclosures");
    disclosures.forEach(request ->
        opened.addObject().put("value", request.value()).put("to", request.to().label()));
    return Json.bytes(json);
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  /**
   * Reads a manifest.
   *
   * @param json the bytes that the owner signed
   * @throws InvalidDefinitionException naming the path of the first wrong key or value
   */
  public static ImportManifest parse(byte[] json) throws InvalidDefinitionException {
    JsonNode tree;
    try {
      tree = Json.read(json, JsonNode.class);
    } catch (IOException e) {
      throw new InvalidDefinitionException("manifest", "is not well-formed JSON");
    }
    DefinitionNode root = DefinitionNode.of(tree, "", KEYS);
    if (!root.text("suite").equals(Manifest.SUITE)) {
      throw new InvalidDefinitionException(
          "suite", "is not known; this version runs " + Manifest.SUITE);
    }
    Manifest.requireThree(root, root.texts("parties"));
    ImportManifest manifest =
        new ImportManifest(
            root.text("name"),
            root.optionalText("purpose").orElse(""),
            root.texts("parties"),
            root.texts("computeParties"),
            root.text("owner"),
            network(root),
            texts(root, "classes"),
            pixels(root),
            texts(root, "clients"),
            Manifest.disclosures(root));
    manifest.requireConsistent();
    return manifest;
  }

  private static NetworkDescription network(DefinitionNode root) throws InvalidDefinitionException {
    try {
      return NetworkDescription.parse(root.required("network"));
    } catch (ModelRefused e) {
      throw new InvalidDefinitionException("network", "cannot be read");
    }
  }

  /** A list that may be empty. */
  private static List<String> texts(DefinitionNode root, String key)
      throws InvalidDefinitionException {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : root.array(key)) {
      if (!item.isTextual()) {
        throw new InvalidDefinitionException(key, "must be a list of texts");
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  private static NetworkCard.Pixels pixels(DefinitionNode root) throws InvalidDefinitionException {
    DefinitionNode node = root.object("pixels", Set.of("white", "mean", "deviation"));
    try {
      return new NetworkCard.Pixels(
          node.number("white").doubleValue(), numbers(node, "mean"), numbers(node, "deviation"));
    } catch (IllegalArgumentException e) {
      throw new InvalidDefinitionException("pixels", "must be finite numbers, deviations not 0");
    }
  }

  private static List<Double> numbers(DefinitionNode node, String key)
      throws InvalidDefinitionException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode item : node.array(key)) {
      if (!item.isNumber()) {
        throw new InvalidDefinitionException(node.pathOf(key), "must be a list of numbers");
      }
      numbers.add(item.doubleValue());
    }
    return numbers;
  }

  private void requireConsistent() throws InvalidDefinitionException {
    if (!parties.contains(owner)) {
      throw new InvalidDefinitionException("owner", "must be one of the list 'parties'");
    }
    if (!Set.copyOf(disclosures).equals(Set.copyOf(disclosures(network.publicWeights())))) {
      throw new InvalidDefinitionException(
          "disclosures",
          "must list 'prediction' to client, 'weights' to parties if and only if they are public,"
              + " and nothing else");
    }
  }
}
