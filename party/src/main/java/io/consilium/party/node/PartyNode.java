package io.consilium.party.node;

import io.consilium.coordinator.cluster.ClusterNode;
import io.consilium.coordinator.cluster.NodeStartException;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.link.CoordinatorLink;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.audit.AuditException;
import io.consilium.party.audit.UnwritableException;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.job.JobDesk;
import io.consilium.party.serving.ModelService;
import io.consilium.party.serving.TermsAnnouncer;
import io.consilium.party.serving.TermsBook;
import io.consilium.protocols.transport.ConnectionException;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hospital's process: the data plane, the control plane, its jobs and the models it serves. */
public final class PartyNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartyNode.class);

  private final Site site;
  private final DataPlane dataPlane;
  private final ModelService models;
  private final TermsAnnouncer announcer;
  private final HeadExchange heads;
  private final JobDesk jobs;
  private final CoordinatorLink link;
  private final NodeReporter reporter;
  private boolean closed;

  private PartyNode(
      Site site,
      DataPlane dataPlane,
      ModelService models,
      TermsAnnouncer announcer,
      HeadExchange heads,
      JobDesk jobs,
      CoordinatorLink link,
      NodeReporter reporter) {
    this.site = site;
    this.dataPlane = dataPlane;
    this.models = models;
    this.announcer = announcer;
    this.heads = heads;
    this.jobs = jobs;
    this.link = link;
    this.reporter = reporter;
  }

  /**
   * Starts the node; on return it listens on both planes and knocks at the coordinator.
   *
   * @throws UserException if an address is in use or the configuration does not fit
   */
  public static PartyNode start(PartyConfig config, Clock clock)
      throws ConfigException, IdentityException, IOException, UserException {
    Site site = Site.open(config, clock);
    DataPlane dataPlane = new DataPlane(site.identity(), site::consortium);
    TermsBook terms = new TermsBook(site.store());
    ModelService models;
    try {
      models = new ModelService(site, dataPlane, terms, config.metrics());
    } catch (UserException e) {
      dataPlane.close();
      site.close();
      throw e;
    }
    HeadExchange heads = new HeadExchange(site, dataPlane);
    try {
      dataPlane.listen(
          config.bind(),
          models,
          heads,
          refusal -> LOG.info("A connection was refused: {}", refusal));
      heads.start();
      site.note(site.identity().principal().toString(), "node.started", "", Map.of());
      TermsAnnouncer announcer = TermsAnnouncer.start(site, dataPlane, terms);
      AtomicReference<JobDesk> jobs = new AtomicReference<>();
      CoordinatorLink link =
          CoordinatorLink.start(
              new ClusterNode.Settings(site::consortium, site.identity(), config.bind(), false),
              site.state(),
              self -> {
                jobs.set(new JobDesk(site, self, dataPlane));
                return jobs.get();
              });
      NodeReporter reporter = NodeReporter.start(config, site.files(), clock, link::isConnected);
      return new PartyNode(site, dataPlane, models, announcer, heads, jobs.get(), link, reporter);
    } catch (AuditException | UnwritableException e) {
      heads.close();
      dataPlane.close();
      models.close();
      site.close();
      throw e;
    } catch (ConnectionException | NodeStartException e) {
      heads.close();
      dataPlane.close();
      models.close();
      site.close();
      throw new UserException(ExitCode.NOT_READY, sentence(e.getMessage()), e);
    }
  }

  private static String sentence(String message) {
    // It may begin with a name or a path, which stay as they are.
    return message.endsWith(".") ? message : message + ".";
  }

  /** The party's name. */
  public String name() {
    return site.name();
  }

  /** Where the coordinator should be. */
  public String coordinator() {
    return site.consortium().coordinator().control().toString();
  }

  /** Completes when the coordinator has answered this node for the first time. */
  public CompletableFuture<Void> whenJoined() {
    return link.whenConnected();
  }

  /** Completes when the node has stopped for good. */
  public CompletableFuture<Void> whenStopped() {
    return link.whenStopped();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    reporter.close();
    heads.close();
    jobs.close();
    announcer.close();
    models.close();
    dataPlane.close();
    link.close();
    try {
      site.note(site.identity().principal().toString(), "node.stopped", "", Map.of());
      site.close();
    } catch (IOException | UnwritableException e) {
      LOG.error("The audit log could not be closed: {}", e.getMessage());
    }
  }
}
