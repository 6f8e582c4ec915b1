package io.consilium.party.serving;

import io.consilium.coordinator.config.Endpoint;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;

/**
 * Gives what a node counts to Prometheus: {@code /metrics} in its text format, and {@code
 * /-/healthy}, which answers as long as the node lives. Plain HTTP without any check of who asks,
 * so it belongs on the loopback interface or in a network of the hospital's own.
 */
public final class MetricsEndpoint implements AutoCloseable {
  private final HTTPServer server;

  private MetricsEndpoint(HTTPServer server) {
    this.server = server;
  }

  /** Begins to listen. */
  public static MetricsEndpoint listen(Endpoint address, PrometheusRegistry registry)
      throws UserException {
    try {
      return new MetricsEndpoint(
          HTTPServer.builder()
              .inetAddress(address.socketAddress().getAddress())
              .port(address.port())
              .registry(registry)
              .buildAndStart());
    } catch (IOException e) {
      throw new UserException(
          ExitCode.NOT_READY,
          "The metrics cannot be given at "
              + address
              + ": "
              + e.getMessage()
              + ". Choose another address under metrics in party.yaml.",
          e);
    }
  }

  /** The port. */
  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.stop();
  }
}
