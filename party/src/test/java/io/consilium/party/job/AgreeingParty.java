package io.consilium.party.job;

import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.node.Site;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.SessionId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * A compute party that goes as far as the agreement on the plan: with its own identity, data plane
 * and compiled plan. It lets the holders of records connect, and then takes nothing from them.
 */
final class AgreeingParty implements AutoCloseable {
  private final Site site;
  private final DataPlane dataPlane;

  private AgreeingParty(Site site) {
    this.site = site;
    this.dataPlane = new DataPlane(site.identity(), site.consortium());
  }

  static AgreeingParty open(Path config) throws Exception {
    AgreeingParty party = new AgreeingParty(Site.open(PartyConfig.load(config), Clock.systemUTC()));
    listen(party.dataPlane);
    return party;
  }

  /** Lets other parties connect, for anything but models and signatures over audit logs. */
  static void listen(DataPlane dataPlane) throws ConnectionException {
    ConnectionHandler hangUp = (connection, _, _) -> connection.close();
    dataPlane.listen(Optional.empty(), hangUp, hangUp, _ -> {});
  }

  /**
   * Takes part in an attempt until it is over.
   *
   * @return null
   * @throws AttemptFailed if the parties do not agree on the plan
   */
  Void takePart(StartDocument start, SignedDocument manifest, Principal author, Future<?> over)
      throws Exception {
    JobPlan plan = PlanCompiler.compile(manifest.document(), author);
    AttemptId id =
        new AttemptId(
            start.jobId(),
            start.attempt(),
            SessionId.of(HexFormat.of().parseHex(start.sessionId())),
            Papers.sha256(manifest),
            plan.digest());
    dataPlane.inputs().announce(id, plan.dataHolders());
    try {
      Culprits culprits = new Culprits(plan.parties(), plan.computeParties(), site.name());
      Agreed _ = new Agreement(site, dataPlane, id, plan, culprits).reach();
      over.get();
      return null;
    } finally {
      dataPlane.inputs().close(id);
    }
  }

  @Override
  public void close() throws Exception {
    dataPlane.close();
    site.close();
  }
}
