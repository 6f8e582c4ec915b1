package io.consilium.party.plan;

import io.consilium.coordinator.identity.Principal;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.inference.onnx.SharedNetwork;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.party.manifest.ImportManifest;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.ImportSummary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Compiles manifests of imports into plans. Every party makes the network's program for itself. */
public final class ImportCompiler {
  /** Changes whenever the same manifest would be computed differently. */
  private static final String VERSION = "consilium import plan 1";

  /** Numbers of one question or answer: what a party serves at once. */
  private static final int ELEMENTS_MAX = 1 << 22;

  private ImportCompiler() {}

  /**
   * Compiles a manifest, whose signature the caller has verified.
   *
   * @param author who signed it
   * @throws InvalidDefinitionException with the place and the reason, for the owner
   */
  public static ImportPlan compile(byte[] document, Principal author)
      throws InvalidDefinitionException {
    ImportManifest manifest = ImportManifest.parse(document);
    if (!author.equals(Principal.party(manifest.owner()))) {
      throw new InvalidDefinitionException(
          "owner", "is not who signed the manifest: a party imports its own models only");
    }
    SharedNetwork network = network(manifest);
    requireUsable(network);
    ImportSummary summary =
        new ImportSummary(
            manifest.owner(),
            manifest.network().publicWeights(),
            manifest.network().output().kind().word(),
            manifest.parties(),
            manifest.computeParties(),
            Manifest.SUITE,
            manifest.disclosures());
    return new ImportPlan(document, manifest, network, summary, digest(document, network));
  }

  private static SharedNetwork network(ImportManifest manifest) throws InvalidDefinitionException {
    try {
      return SharedNetwork.of(manifest.network());
    } catch (ModelRefused e) {
      throw new InvalidDefinitionException("network", "is refused: " + e.getMessage());
    }
  }

  private static void requireUsable(SharedNetwork network) throws InvalidDefinitionException {
    requireSize("takes", network.program().inputs());
    requireSize("gives", network.program().outputs());
  }

  private static void requireSize(String what, List<Program.Named> tensors)
      throws InvalidDefinitionException {
    long elements = tensors.stream().mapToLong(x -> x.value().shape().size()).sum();
    if (elements < 1 || elements > ELEMENTS_MAX) {
      throw new InvalidDefinitionException(
          "network",
          "%s %d numbers for one question; 1 to %d are possible"
              .formatted(what, elements, ELEMENTS_MAX));
    }
  }

  private static String digest(byte[] document, SharedNetwork network) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((VERSION + "\0" + network.planDigest()).getBytes(StandardCharsets.UTF_8));
      digest.update(MessageDigest.getInstance("SHA-256").digest(document));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
