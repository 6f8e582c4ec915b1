package io.consilium.party.serving;

import io.consilium.coordinator.config.Endpoint;
import io.consilium.inference.AllModels;
import io.consilium.inference.InferenceServer;
import io.consilium.inference.ServingLimits;
import io.consilium.inference.ServingNode;
import io.consilium.inference.ServingSite;
import io.consilium.party.UserException;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.node.Site;
import io.consilium.party.plan.AnswerRights;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets clients ask the models that this party holds shares of. */
public final class ModelService implements ConnectionHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelService.class);

  private final Optional<MetricsEndpoint> endpoint;
  private final InferenceServer server;

  /**
   * A service that answers once the data plane listens.
   *
   * @param terms of the parties behind the models
   * @param metrics where it gives what it counts, if anywhere
   * @throws UserException if it cannot listen there
   */
  public ModelService(Site site, DataPlane dataPlane, TermsBook terms, Optional<Endpoint> metrics)
      throws UserException {
    PrometheusRegistry registry = new PrometheusRegistry();
    this.endpoint =
        metrics.isPresent()
            ? Optional.of(MetricsEndpoint.listen(metrics.get(), registry))
            : Optional.empty();
    ServingNode node =
        new ServingNode(
            site.name(),
            dataPlane.dialer(),
            dataPlane.rendezvous(),
            dataPlane::address,
            dataPlane::certificateHash,
            site.random(),
            System::nanoTime,
            notice -> LOG.info("{}", notice),
            new ServingMetrics(registry));
    ServingSite rules =
        new ServingSite(
            site.models(),
            new AllModels(),
            new ServingPolicy(() -> site.policy().serving(), terms, site.clock()),
            new AnswerRights((value, recipient, elements) -> {}),
            new QuestionAudit(site),
            () -> site.policy().serving().warmModels());
    this.server = new InferenceServer(node, rules, ServingLimits.DEFAULT);
  }

  @Override
  public void check(String peerName, Opening opening) throws ConnectionException {
    server.check(peerName, opening);
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    server.accept(connection, peerName, opening);
  }

  @Override
  public void close() {
    server.close();
    endpoint.ifPresent(MetricsEndpoint::close);
  }
}
