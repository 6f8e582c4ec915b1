package io.consilium.party.plan;

import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.datasets.schema.Column;
import io.consilium.party.manifest.Disclosed;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.PlanSummary;
import io.consilium.party.policy.Recipient;
import io.consilium.training.ModelLayout;
import io.consilium.training.ReleasedValue;
import io.consilium.training.TrainingPlan;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Compiles manifests into plans. Every party does it for itself, and without any data. */
public final class PlanCompiler {
  /** Changes whenever the same manifest would be computed differently. */
  private static final String VERSION = "consilium plan 2";

  private PlanCompiler() {}

  /**
   * Compiles a manifest, whose signature the caller has verified. Nothing but the manifest is
   * looked at, so that the reason of a refusal can hold nothing else.
   *
   * @throws InvalidDefinitionException with the place and the reason, for the researcher
   */
  public static JobPlan compile(byte[] document, Principal researcher)
      throws InvalidDefinitionException {
    if (researcher.role() != Role.RESEARCHER) {
      throw new InvalidDefinitionException("kind", "is a researcher's; a party can import models");
    }
    Manifest manifest = Manifest.parse(document);
    Program compiled = program(manifest);
    ProgramSpec program = compiled.spec();
    PlanSummary summary =
        new PlanSummary(
            researcher.name(),
            program.model().type(),
            manifest.dataset(),
            manifest.schema().columns().stream().map(Column::name).toList(),
            manifest.parties(),
            manifest.computeParties(),
            manifest.dataHolders(),
            program.training().epochs(),
            manifest.suite(),
            manifest.disclosures(),
            manifest.serving().allowed()
                ? Optional.of(manifest.serving().answers().word())
                : Optional.empty(),
            manifest.recipient(Disclosed.WEIGHTS).isPresent()
                ? Optional.of(WeightsReleases.of(program))
                : Optional.empty());
    return new JobPlan(
        manifest, program, compiled.layout(), summary, digest(document, manifest, program));
  }

  /** What is to be computed, and the features that it sees. */
  public record Program(ProgramSpec spec, FeatureLayout layout) {}

  /**
   * Reads what is to be computed, and refuses what no records can make possible.
   *
   * @throws InvalidDefinitionException with the path of what is wrong
   */
  public static Program program(Manifest manifest) throws InvalidDefinitionException {
    FeatureLayout layout = FeatureLayout.of(manifest.schema());
    try {
      ProgramSpec spec = ProgramSpec.parse(manifest.program(), manifest.schema().classes().size());
      TrainingPlan.requirePossible(spec, layout.size(), released(manifest));
      requireWeightsFit(manifest, spec, layout);
      return new Program(spec, layout);
    } catch (InvalidSpecException e) {
      throw atItsPlace(e);
    }
  }

  /** Weights for the researcher travel in one sealed report. */
  private static void requireWeightsFit(Manifest manifest, ProgramSpec spec, FeatureLayout layout)
      throws InvalidDefinitionException {
    if (!manifest.recipient(Disclosed.WEIGHTS).equals(Optional.of(Recipient.RESEARCHER))) {
      return;
    }
    long parameters =
        new ModelLayout(spec.model(), layout.size(), spec.standardise(), "").parameters();
    if (Results.Weights.chars(layout.names(), parameters) > Results.WEIGHTS_CHARS_MAX) {
      throw new InvalidDefinitionException(
          manifest.placeOf(Disclosed.WEIGHTS) + ".to",
          "weights go to a researcher up to about %d numbers, and this model has %d; they can go to"
                  .formatted(Results.Weights.NUMBERS_ABOUT_MAX, parameters)
              + " parties, who find them in their result files");
    }
  }

  /** The same mistake, for whoever reads manifests. */
  public static InvalidDefinitionException atItsPlace(InvalidSpecException e) {
    return new InvalidDefinitionException(
        e.path(), e.getMessage().substring(e.path().length() + ": ".length()));
  }

  /** The values of the list that training opens. */
  public static List<ReleasedValue> released(Manifest manifest) {
    return manifest.disclosures().stream()
        .flatMap(request -> ReleasedValue.of(request.value()).stream())
        .toList();
  }

  private static String digest(byte[] document, Manifest manifest, ProgramSpec program) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part :
          new String[] {VERSION, manifest.schema().digest(), program.toJson().toString()}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(MessageDigest.getInstance("SHA-256").digest(bytes));
      }
      digest.update(MessageDigest.getInstance("SHA-256").digest(document));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
