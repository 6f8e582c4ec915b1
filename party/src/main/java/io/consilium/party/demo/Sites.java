package io.consilium.party.demo;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.study.Study;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes everybody's files. */
final class Sites {

  private final DemoStudy chosen;
  private final Roster roster;
  private final Workspace workspace;

  Sites(DemoStudy chosen, Roster roster, Workspace workspace) {
    this.chosen = chosen;
    this.roster = roster;
    this.workspace = workspace;
  }

  /** Everything but the public file, which waits for the ports. */
  void write(Manifests manifests) throws IOException {
    writeRecords();
    Workspace.write(workspace.config(Roster.COORDINATOR), ConfigTexts.coordinator());
    Workspace.write(workspace.config(Roster.RESEARCHER), ConfigTexts.profile());
    Workspace.write(workspace.config(Roster.CLIENT), ConfigTexts.profile());
    for (String party : roster.parties()) {
      boolean hasData = roster.hospitals().contains(party);
      Workspace.write(
          workspace.config(new Principal(Role.PARTY, party)), ConfigTexts.party(hasData));
      Workspace.write(workspace.policy(party), policy());
    }
    for (long seed : chosen.seeds()) {
      Workspace.write(workspace.study(seed), manifests.text(seed));
    }
  }

  /** The public file; written again if other ports have to be taken. */
  void writeConsortium(List<Integer> ports) throws IOException {
    Workspace.write(workspace.consortium(), ConfigTexts.consortium(roster, ports));
  }

  private void writeRecords() throws IOException {
    Study study = chosen.study();
    if (study.generator().isPresent()) {
      study.generator().get().write(workspace.directory());
    }
    Path data = chosen.data().orElse(workspace.directory());
    for (String hospital : roster.hospitals()) {
      Workspace.write(workspace.datasets(hospital), study.datasetsYaml(hospital, data));
    }
  }

  private String policy() {
    String type = chosen.study().settings().path("model").path("type").asText();
    return ConfigTexts.policy(chosen.study(), type, chosen.seeds().size());
  }
}
