package io.consilium.party.node;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.Membership;
import io.consilium.coordinator.config.WatchedFile;
import io.consilium.coordinator.identity.Principal;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.policy.SitePolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files in which a site's administrator says who the others are, what data there is and what is
 * allowed. They are read again when they change, without a restart; see {@link WatchedFile}.
 */
public final class SiteFiles {
  private final Membership members;
  private final WatchedFile<SitePolicy> policy;
  private final Optional<WatchedFile<SiteDatasets>> datasets;

  private SiteFiles(
      Membership members,
      WatchedFile<SitePolicy> policy,
      Optional<WatchedFile<SiteDatasets>> datasets) {
    this.members = members;
    this.policy = policy;
    this.datasets = datasets;
  }

  /** Reads the files that the configuration names. */
  static SiteFiles open(PartyConfig config, Principal self) throws ConfigException {
    return new SiteFiles(
        Membership.open(config.consortium(), self),
        WatchedFile.open(config.policy(), SitePolicy::load),
        config.datasets().isPresent()
            ? Optional.of(WatchedFile.open(config.datasets().get(), SiteFiles::datasets))
            : Optional.empty());
  }

  private static SiteDatasets datasets(Path file) throws ConfigException {
    try {
      return SiteDatasets.load(file);
    } catch (InvalidDefinitionException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  Consortium consortium() {
    return members.get();
  }

  Optional<SiteDatasets> datasets() {
    return datasets.map(WatchedFile::get);
  }

  SitePolicy policy() {
    return policy.get();
  }

  /** SHA-256 of the contents that count now, by the paths of the files. */
  Map<String, String> digests() {
    Map<String, String> digests = new TreeMap<>();
    List<WatchedFile<?>> files = new ArrayList<>(List.of(members.file(), policy));
    datasets.ifPresent(files::add);
    files.forEach(file -> digests.put(file.path().toString(), NodeFacts.sha256(file.content())));
    return digests;
  }

  /** What is another than before, so that what was decided by it has to be decided again. */
  public enum Change {
    NONE,
    RULES,
    DATA
  }

  /** Looks at all files; to be called regularly. */
  public Change refresh() {
    boolean _ = members.refresh();
    boolean rules = policy.refresh();
    boolean data = datasets.map(WatchedFile::refresh).orElse(false);
    if (data) {
      return Change.DATA;
    }
    return rules ? Change.RULES : Change.NONE;
  }
}
