package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.CoordinatorConfig;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.split.PartSizes;
import io.consilium.datasets.split.SplitRule;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.PlanSummary;
import io.consilium.party.policy.PolicyDecision;
import io.consilium.party.policy.SitePolicy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file that the demo writes is read by the class that a node reads it with. */
final class SitesTest {

  @TempDir private Path root;

  @Test
  void writesAWholeConsortiumThatItsOwnProgramsUnderstand() throws Exception {
    Site site = new Site("synthetic-heart", OptionalInt.empty());

    site.write();

    Consortium consortium = Consortium.load(site.workspace.consortium());
    assertThat(consortium.partyNames()).containsExactly("hospital-a", "hospital-b", "hospital-c");
    CoordinatorConfig coordinator =
        CoordinatorConfig.load(site.workspace.config(Roster.COORDINATOR));
    assertThat(coordinator.consortium()).isEqualTo(site.workspace.consortium());
    assertThat(Identity.load(coordinator.identity()).principal()).isEqualTo(Roster.COORDINATOR);
    for (Principal person : List.of(Roster.RESEARCHER, Roster.CLIENT)) {
      ProfileConfig profile = ProfileConfig.load(site.workspace.config(person));
      assertThat(Identity.load(profile.identity()).principal()).isEqualTo(person);
    }
    for (String party : consortium.partyNames()) {
      Principal principal = new Principal(Role.PARTY, party);
      PartyConfig config = PartyConfig.load(site.workspace.config(principal));
      assertThat(Identity.load(config.identity()).principal()).isEqualTo(principal);
      assertThat(config.state()).isEqualTo(site.workspace.state(party));
      SiteDatasets datasets = SiteDatasets.load(config.datasets().orElseThrow());
      assertThat(datasets.names()).containsExactly("heart");
      // What the hospital declares is true of its records.
      assertThat(datasets.dataset("heart").records().rows()).isPositive();
    }
  }

  @Test
  void writesAPolicyThatAcceptsTheManifestAndNothingMore() throws Exception {
    Site site = new Site("synthetic-heart", OptionalInt.empty());
    site.write();
    Manifest manifest = site.manifest(7);
    SitePolicy policy = SitePolicy.load(site.workspace.policy("hospital-a"));

    OwnData enough = declared(300, 100);
    assertThat(policy.decide(summary(manifest, "researcher"), enough))
        .isInstanceOf(PolicyDecision.Accept.class);
    assertThat(policy.decide(summary(manifest, "somebody-else"), enough))
        .isInstanceOf(PolicyDecision.Refuse.class);
    assertThat(policy.decide(summary(manifest, "researcher"), declared(300, 9)))
        .isInstanceOf(PolicyDecision.Refuse.class);
    assertThat(policy.serving().serves(Roster.CLIENT.name())).isTrue();
    assertThat(policy.serving().serves("somebody-else")).isFalse();
  }

  @Test
  void putsTheSeedIntoTheSplitAndTheTraining() throws Exception {
    Site site = new Site("synthetic-heart", OptionalInt.empty());
    site.write();

    Manifest manifest = site.manifest(7);

    assertThat(manifest.split()).isEqualTo(new SplitRule.Random(new BigDecimal("0.75"), 7, true));
    assertThat(site.tree(7).at("/training/seed").asLong()).isEqualTo(7);
    assertThat(manifest.serving().allowed()).isTrue();
    assertThat(manifest.dataHolders()).isEqualTo(manifest.parties());
  }

  @Test
  void letsNeutralPartiesComputeForOneHospital() throws Exception {
    Site site = new Site("synthetic-heart", OptionalInt.of(1));

    site.write();

    Manifest manifest = site.manifest(7);
    assertThat(manifest.parties()).containsExactly("hospital-a", "neutral-a", "neutral-b");
    assertThat(manifest.computeParties()).isEqualTo(manifest.parties());
    assertThat(manifest.dataHolders()).containsExactly("hospital-a");
    Principal neutral = new Principal(Role.PARTY, "neutral-b");
    assertThat(PartyConfig.load(site.workspace.config(neutral)).datasets()).isEmpty();
    SitePolicy policy = SitePolicy.load(site.workspace.policy("neutral-b"));
    assertThat(policy.minParties()).isEqualTo(1);
  }

  @Test
  void makesAsManyHospitalsAsWanted() throws Exception {
    Site site = new Site("synthetic-heart", OptionalInt.of(8));

    site.write();

    assertThat(Consortium.load(site.workspace.consortium()).parties()).hasSize(8);
    assertThat(site.manifest(7).computeParties())
        .containsExactly("hospital-a", "hospital-b", "hospital-c");
  }

  @Test
  void keepsEarlierRuns() throws Exception {
    Workspace first = Workspace.create(root);
    Workspace second = Workspace.create(root);

    assertThat(first.directory().getFileName()).hasToString("run-1");
    assertThat(second.directory().getFileName()).hasToString("run-2");
    assertThat(second.logs()).isDirectory();
  }

  private static OwnData declared(int training, int validation) {
    return new OwnData.Declared(
        List.of(), Optional.of(new PartSizes(training, validation)), OptionalInt.empty());
  }

  private static PlanSummary summary(Manifest manifest, String researcher) {
    return new PlanSummary(
        researcher,
        "logistic",
        manifest.dataset(),
        manifest.schema().columns().stream().map(column -> column.name()).toList(),
        manifest.parties(),
        manifest.computeParties(),
        manifest.dataHolders(),
        15,
        manifest.suite(),
        manifest.disclosures(),
        Optional.of(manifest.serving().answers().word()),
        Optional.empty());
  }

  /** A study on disk. */
  private final class Site {
    private final Workspace workspace;
    private final Roster roster;
    private final Manifests manifests;
    private final Sites sites;

    Site(String study, OptionalInt hospitals) throws Exception {
      DemoStudy chosen =
          DemoStudy.choose(
              new DemoOptions(
                  study,
                  Optional.empty(),
                  root,
                  false,
                  false,
                  OptionalInt.empty(),
                  Optional.empty(),
                  hospitals));
      workspace = Workspace.create(root);
      roster = Roster.of(chosen.study());
      manifests = new Manifests(chosen.study(), roster);
      sites = new Sites(chosen, roster, workspace);
    }

    void write() throws Exception {
      new Enrolment(Clock.systemUTC(), new SecureRandom()).enrol(roster, workspace);
      sites.write(manifests);
      sites.writeConsortium(
          IntStream.range(0, ConfigTexts.portsNeeded(roster)).mapToObj(i -> 20_000 + i).toList());
    }

    Manifest manifest(long seed) throws Exception {
      return Manifest.parse(new ObjectMapper().writeValueAsBytes(tree(seed)));
    }

    JsonNode tree(long seed) throws Exception {
      return StrictYaml.tree(workspace.study(seed));
    }
  }
}
