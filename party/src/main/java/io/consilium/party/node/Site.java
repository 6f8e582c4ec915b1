package io.consilium.party.node;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.audit.AuditEvent;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.audit.UnwritableException;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.policy.SitePolicy;
import io.consilium.party.serving.ModelStore;
import io.consilium.party.store.Scratch;
import io.consilium.party.store.SealedStore;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything of a site that its jobs need: who it is, who the others are, its data, its rules, its
 * store and its audit log.
 *
 * @param files who the others are, its data and its rules, as its administrator wrote them last
 */
public record Site(
    Identity identity,
    SiteFiles files,
    Path state,
    SealedStore store,
    ModelStore models,
    AuditLog audit,
    SecureRandom random,
    Clock clock)
    implements AutoCloseable {

  /** Opens a site's files; the audit log stays locked until {@link #close}. */
  public static Site open(PartyConfig config, Clock clock)
      throws ConfigException, IdentityException, IOException, UserException {
    Identity identity = Identity.load(config.identity(), clock);
    SiteFiles files = SiteFiles.open(config, identity.principal());
    if (files.consortium().party(identity.principal().name()).isEmpty()) {
      throw new UserException(
          ExitCode.BAD_DATA,
          config.consortium()
              + " names no party "
              + identity.principal().name()
              + ", whose certificate is in "
              + config.identity()
              + ".");
    }
    SecureRandom random = new SecureRandom();
    SealedStore store = SealedStore.open(config.state(), identity.principal(), random);
    AuditLog audit = AuditLog.open(config.state(), identity, clock);
    // Nobody else uses this directory: the audit log is locked.
    Scratch.removeLeftovers(config.state());
    ModelStore models = new ModelStore(store, System::nanoTime);
    models.recover();
    return new Site(identity, files, config.state(), store, models, audit, random, clock);
  }

  /** Who takes part, and where, as it is now. */
  public Consortium consortium() {
    return files.consortium();
  }

  /** The data sets as they are now; none if the party only computes. */
  public Optional<SiteDatasets> datasets() {
    return files.datasets();
  }

  /** The rules as they are now. */
  public SitePolicy policy() {
    return files.policy();
  }

  public String name() {
    return identity.principal().name();
  }

  /**
   * Writes down a fact before anything follows from it.
   *
   * @throws UnwritableException if it cannot be written: what cannot be audited must not happen
   */
  public void note(String actor, String action, String job, Map<String, String> detail) {
    note(List.of(new AuditEvent(actor, action, job, detail)));
  }

  /** Writes facts down, all of them, before anything follows from one of them. */
  public void note(List<AuditEvent> events) {
    try {
      audit.append(events);
    } catch (IOException e) {
      throw new UnwritableException(e);
    }
  }

  @Override
  public void close() throws IOException {
    audit.close();
  }

  @Override
  public String toString() {
    return "Site[" + name() + "]";
  }
}
