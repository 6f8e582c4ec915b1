package io.consilium.party.plan;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.table.Purpose;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.node.Site;
import io.consilium.party.policy.PlanSummary;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalLong;

/** Compiles manifests into plans at this site. */
public final class PlanCompiler {
  /** Changes whenever the same manifest would be computed differently. */
  private static final String VERSION = "consilium plan 1";

  private final Site site;

  public PlanCompiler(Site site) {
    this.site = site;
  }

  /**
   * Compiles a manifest whose signature has been verified. This site's records are read and checked
   * on the way, so that a job which cannot run is refused before anything is shared.
   *
   * @throws DatasetException with the place and the reason, for the researcher
   */
  public JobPlan compile(SignedDocument signed, Principal researcher) throws DatasetException {
    Manifest manifest = Manifest.parse(signed.document());
    ProgramSpec program = program(manifest);
    FeatureLayout layout = FeatureLayout.of(manifest.schema());
    PlanSummary summary =
        new PlanSummary(
            researcher.name(),
            program.model().type(),
            manifest.dataset(),
            manifest.schema().columns().stream().map(Column::name).toList(),
            manifest.parties(),
            manifest.computeParties(),
            program.training().epochs(),
            manifest.suite(),
            ownRows(manifest),
            manifest.disclosures(),
            manifest.serving());
    return new JobPlan(manifest, program, layout, summary, digest(signed, manifest, program));
  }

  private static ProgramSpec program(Manifest manifest) throws InvalidDefinitionException {
    try {
      return ProgramSpec.parse(manifest.program(), manifest.schema().classes().size());
    } catch (InvalidSpecException e) {
      throw new InvalidDefinitionException(
          e.path(), e.getMessage().substring(e.path().length() + ": ".length()));
    }
  }

  private OptionalLong ownRows(Manifest manifest) throws DatasetException {
    if (!manifest.dataHolders().contains(site.name())) {
      return OptionalLong.empty();
    }
    if (site.datasets().isEmpty()) {
      throw new InvalidDefinitionException(
          "dataHolders", site.name() + " has no data; list the parties that have, without it");
    }
    return OptionalLong.of(
        site.datasets()
            .get()
            .dataset(manifest.dataset())
            .read(manifest.schema(), Purpose.TRAINING)
            .rows());
  }

  private static String digest(SignedDocument signed, Manifest manifest, ProgramSpec program) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part :
          new String[] {VERSION, manifest.schema().digest(), program.toJson().toString()}) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(MessageDigest.getInstance("SHA-256").digest(bytes));
      }
      digest.update(MessageDigest.getInstance("SHA-256").digest(signed.document()));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
