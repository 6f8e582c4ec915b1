package io.consilium.party.cli;

import io.consilium.coordinator.identity.Principal;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.inference.NetworkCard;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.plan.ImportCompiler;
import io.consilium.party.plan.ImportPlan;
import java.util.List;

/**
 * The manifest of an import, compiled as every party compiles it. A check and an import both go
 * through here, so a check refuses what an import refuses.
 */
record ImportDraft(byte[] manifest, ImportPlan plan) {
  /** The longest manifest; its base64 form fits a request. */
  private static final int MANIFEST_BYTES_MAX = 128 << 10;

  private static final List<String> PARTIES = List.of("party-a", "party-b", "party-c");

  /**
   * Compiles a manifest.
   *
   * @throws UserException if it is too long, or the parties would refuse it
   */
  static ImportDraft of(ImportManifest manifest) throws UserException {
    byte[] json = manifest.toJson();
    requireSize(json);
    try {
      return new ImportDraft(json, ImportCompiler.compile(json, Principal.party(manifest.owner())));
    } catch (InvalidDefinitionException e) {
      throw new UserException(
          ExitCode.BAD_DATA, "The model cannot be imported: " + e.getMessage() + ".", e);
    }
  }

  /** The manifest of a network that nobody offers yet. */
  static ImportDraft of(SharedNetwork network) throws UserException {
    return of(
        new ImportManifest(
            "model",
            "",
            PARTIES,
            PARTIES,
            PARTIES.getFirst(),
            network.description(),
            List.of(),
            new NetworkCard.Pixels(1, List.of(), List.of()),
            List.of(),
            ImportManifest.disclosures(network.description().publicWeights())));
  }

  private static void requireSize(byte[] manifest) throws UserException {
    if (manifest.length > MANIFEST_BYTES_MAX) {
      throw new UserException(
          ExitCode.BAD_DATA,
          "The public part of the network, its graph without weights, has "
              + manifest.length
              + " bytes; at most "
              + MANIFEST_BYTES_MAX
              + " fit. Large tables of integers are public, too.");
    }
  }
}
