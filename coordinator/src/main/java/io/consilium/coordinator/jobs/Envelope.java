package io.consilium.coordinator.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.Suggestion;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Principal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The part of a manifest that the coordinator reads. Everything else is between the researcher and
 * the parties.
 *
 * @param name the model's name
 * @param parties all parties that take part
 * @param computeParties P0, P1 and P2, in this order
 */
public record Envelope(
    String kind, String name, List<String> parties, List<String> computeParties) {

  /** A researcher has a model trained. */
  public static final String TRAIN = "train";

  /** A party brings a model that was trained elsewhere. */
  public static final String IMPORT = "import";

  private static final int COMPUTE_PARTIES = 3;
  private static final String OWNER = "owner";
  private static final String DATA_HOLDERS = "dataHolders";

  /** Copies the lists. */
  public Envelope {
    parties = List.copyOf(parties);
    computeParties = List.copyOf(computeParties);
  }

  /**
   * Reads the envelope of a manifest.
   *
   * @throws RefusedException with the key and the remedy, if it cannot be run in this consortium
   */
  public static Envelope read(byte[] manifest, Consortium consortium) throws RefusedException {
    return read(manifest, Optional.of(consortium));
  }

  /**
   * Reads the envelope of a manifest, whatever the consortium.
   *
   * @throws RefusedException with the key and the remedy, if no consortium could run it
   */
  public static Envelope parse(byte[] manifest) throws RefusedException {
    return read(manifest, Optional.empty());
  }

  private static Envelope read(byte[] manifest, Optional<Consortium> consortium)
      throws RefusedException {
    JsonNode tree;
    try {
      tree = Json.read(manifest, JsonNode.class);
    } catch (IOException e) {
      throw RefusedException.badData("The manifest is not well-formed JSON.");
    }
    String kind = text(tree, "kind");
    if (!kind.equals(TRAIN) && !kind.equals(IMPORT)) {
      throw RefusedException.badData("Manifest key \"kind\" should be \"" + TRAIN + "\".");
    }
    String name = text(tree, "name");
    if (!Principal.isName(name)) {
      throw RefusedException.badData(
          "Manifest key \"name\" should be a small letter followed by up to 38 small letters,"
              + " digits or hyphens.");
    }
    List<String> parties = names(tree, "parties");
    if (consortium.isPresent()) {
      requireKnown(parties, consortium.get());
    }
    List<String> computeParties = names(tree, "computeParties");
    requireThree(computeParties, parties);
    requireHolders(kind, tree, parties);
    return new Envelope(kind, name, parties, computeParties);
  }

  /**
   * Reads the envelope of a manifest that was proposed to a party. It does not rely on what the
   * coordinator made of it.
   *
   * @throws RefusedException also if the party takes no part
   */
  public static Envelope readAt(String party, byte[] manifest, Consortium consortium)
      throws RefusedException {
    Envelope envelope = read(manifest, consortium);
    if (!envelope.parties().contains(party)) {
      throw RefusedException.badData(
          "Manifest key \"parties\" does not name " + party + ", to which it was proposed.");
    }
    return envelope;
  }

  /** Whether somebody may submit this manifest; what is no manifest is a researcher's mistake. */
  public static boolean maySubmit(Principal author, byte[] manifest) {
    boolean isImport = isImport(manifest);
    return switch (author.role()) {
      case RESEARCHER -> !isImport;
      case PARTY -> isImport;
      case COORDINATOR, CLIENT -> false;
    };
  }

  private static boolean isImport(byte[] manifest) {
    try {
      return Json.read(manifest, JsonNode.class).path("kind").asText().equals(IMPORT);
    } catch (IOException e) {
      return false;
    }
  }

  private static String text(JsonNode tree, String key) throws RefusedException {
    JsonNode value = tree.path(key);
    if (!value.isTextual()) {
      throw RefusedException.badData(
          "Manifest key \""
              + key
              + "\" "
              + (value.isMissingNode() ? "is missing." : "is no text."));
    }
    return value.textValue();
  }

  private static List<String> names(JsonNode tree, String key) throws RefusedException {
    JsonNode list = tree.path(key);
    if (!list.isArray()) {
      throw RefusedException.badData(
          "Manifest key \""
              + key
              + (list.isMissingNode() ? "\" is missing." : "\" should be a list of party names."));
    }
    List<String> names = new ArrayList<>();
    for (JsonNode entry : list) {
      if (!entry.isTextual() || !Principal.isName(entry.textValue())) {
        throw RefusedException.badData(
            "Manifest key \"" + key + "[" + names.size() + "]\" is no party's name.");
      }
      names.add(entry.textValue());
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw RefusedException.badData("Manifest key \"" + key + "\" names a party twice.");
    }
    return names;
  }

  private static void requireKnown(List<String> parties, Consortium consortium)
      throws RefusedException {
    for (String party : parties) {
      if (consortium.party(party).isEmpty()) {
        throw RefusedException.badData(
            "Manifest key \"parties\" names \""
                + party
                + "\", which is not a party of "
                + consortium.consortium()
                + "."
                + Suggestion.nearest(party, consortium.partyNames())
                    .map(word -> " Did you mean \"" + word + "\"?")
                    .orElse("")
                + " Its parties: "
                + String.join(", ", consortium.partyNames())
                + ".");
      }
    }
  }

  /** Who brings records, or the model that is imported, is one of the parties. */
  private static void requireHolders(String kind, JsonNode tree, List<String> parties)
      throws RefusedException {
    if (kind.equals(IMPORT)) {
      String owner = text(tree, OWNER);
      if (!parties.contains(owner)) {
        throw RefusedException.badData(
            "Manifest key \"owner\" names a party that is not among \"parties\".");
      }
      return;
    }
    if (!tree.has(DATA_HOLDERS)) {
      return;
    }
    List<String> holders = names(tree, DATA_HOLDERS);
    if (holders.isEmpty() || !parties.containsAll(holders)) {
      throw RefusedException.badData(
          "Manifest key \"dataHolders\" should name at least one party, and only parties of"
              + " \"parties\".");
    }
  }

  private static void requireThree(List<String> computeParties, List<String> parties)
      throws RefusedException {
    if (computeParties.size() != COMPUTE_PARTIES) {
      throw RefusedException.badData(
          "Manifest key \"computeParties\" names "
              + computeParties.size()
              + " parties; the protocol runs between exactly three.");
    }
    for (String party : computeParties) {
      if (!parties.contains(party)) {
        throw RefusedException.badData(
            "Manifest key \"computeParties\" names \""
                + party
                + "\", which is not among \"parties\". List it there too, even if it has no data.");
      }
    }
  }
}
