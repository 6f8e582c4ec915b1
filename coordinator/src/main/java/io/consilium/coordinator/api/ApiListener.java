package io.consilium.coordinator.api;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.coordinator.network.ConnectionLimits;
import io.consilium.coordinator.network.ConnectionTable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;

/**
 * Accepts HTTPS connections and bounds them. Pekko HTTP's own listener has one bound for all
 * connections, which anybody fills who has no certificate, and no deadline for a handshake or for a
 * head that trickles in. So its HTTP layer and the TLS stage are put together here, with a {@link
 * ConnectionTable} and {@link RequestDeadlines} between them.
 */
final class ApiListener {

  static final ConnectionLimits LIMITS = new ConnectionLimits(Duration.ofSeconds(5), 64, 16, 256);

  private static final int BACKLOG = 256;
  private static final Duration GOODBYE_MAX = Duration.ofSeconds(2);
  private static final long GOODBYE_POLL_MILLIS = 50;

  private final ActorSystem<?> system;
  private final SSLContext context;
  private final Trust trust;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> handler;
  private final ServerSettings settings;
  private final ConnectionTable table = new ConnectionTable(LIMITS);

  private ApiListener(
      ActorSystem<?> system,
      SSLContext context,
      Trust trust,
      Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    this.system = system;
    this.context = context;
    this.trust = trust;
    this.handler = handler;
    this.settings = ServerSettings.create(system.settings().config());
  }

  /**
   * Listens until the actor system ends.
   *
   * @param context accepts the certificates of those who may call
   * @param handler answers each request; its stage does not fail
   * @return completes when it listens, or fails if it cannot
   */
  static CompletionStage<Done> bind(
      ActorSystem<?> system,
      String host,
      int port,
      SSLContext context,
      Trust trust,
      Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    ApiListener listener = new ApiListener(system, context, trust, handler);
    return Tcp.get(system)
        .bind(host, port, BACKLOG, List.of(), false, Optional.empty())
        .to(Sink.foreach(listener::serve))
        .run(system)
        .thenApply(binding -> {
          listener.stopWithSystem(binding);
          return Done.getInstance();
        });
  }

  private void serve(Tcp.IncomingConnection incoming) {
    SharedKillSwitch kill = KillSwitches.shared("api-connection");
    Runnable abort = () -> kill.abort(new GaveWay());
    ConnectionTable.Entry entry = table.arrived(abort);
    RequestDeadlines deadlines = new RequestDeadlines(system, table, entry, abort);
    system
        .scheduler()
        .scheduleOnce(
            LIMITS.handshake(), () -> table.handshakeIsOver(entry), system.executionContext());
    AtomicInteger directions = new AtomicInteger(2);
    Runnable ended =
        () -> {
          if (directions.decrementAndGet() == 0) {
            deadlines.ended();
            table.left(entry);
          }
        };
    answers(deadlines)
        .join(
            Http.get(system)
                .serverLayer(settings, Optional.of(incoming.remoteAddress()))
                .atop(watched(deadlines))
                .atop(
                    TLS.create(
                        this::engine, session -> admit(entry, session), TLSClosing.eagerClose()))
                .atop(BidiFlow.bidirectionalIdleTimeout(idle()))
                .atop(BidiFlow.fromFlows(stoppable(kill, ended), stoppable(kill, ended))))
        .join(incoming.flow())
        .run(system);
  }

  private Duration idle() {
    return Duration.ofMillis(settings.getTimeouts().idleTimeout().toMillis());
  }

  private Flow<HttpRequest, HttpResponse, NotUsed> answers(RequestDeadlines deadlines) {
    return Flow.of(HttpRequest.class)
        .map(request -> {
          deadlines.requested();
          return request;
        })
        .mapAsync(1, handler::apply)
        .map(response -> {
          deadlines.answered();
          return response;
        });
  }

  private static BidiFlow<SslTlsOutbound, SslTlsOutbound, SslTlsInbound, SslTlsInbound, NotUsed>
      watched(RequestDeadlines deadlines) {
    return BidiFlow.fromFlows(
        Flow.of(SslTlsOutbound.class),
        Flow.of(SslTlsInbound.class)
            .map(bytes -> {
              deadlines.received();
              return bytes;
            }));
  }

  private static Flow<ByteString, ByteString, NotUsed> stoppable(
      SharedKillSwitch kill, Runnable ended) {
    return Flow.of(ByteString.class)
        .via(kill.flow())
        .watchTermination((unused, done) -> {
          var _ = done.whenComplete((end, failure) -> ended.run());
          return unused;
        });
  }

  private SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  /** Called at the end of the handshake; an exception ends the connection. */
  private void admit(ConnectionTable.Entry entry, SSLSession session) {
    Principal caller;
    try {
      caller = trust.peer(session);
    } catch (UntrustedException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    if (!table.authenticated(entry, caller)) {
      throw new GaveWay();
    }
    table.idle(entry, true);
  }

  private void stopWithSystem(Tcp.ServerBinding binding) {
    CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceUnbind(),
        "api-unbind",
        () -> binding.unbind().thenApply(_ -> Done.getInstance()));
    shutdown.addTask(
        CoordinatedShutdown.PhaseServiceRequestsDone(),
        "api-goodbye",
        () -> CompletableFuture.supplyAsync(this::goodbye));
  }

  /** Lets requests that are being answered end, for a moment. */
  private Done goodbye() {
    try {
      for (long waited = 0;
          table.isBusy() && waited < GOODBYE_MAX.toMillis();
          waited += GOODBYE_POLL_MILLIS) {
        TimeUnit.MILLISECONDS.sleep(GOODBYE_POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    table.closeAll();
    return Done.getInstance();
  }

  /** Ends the streams of a connection that has to go; nobody reads it. */
  private static final class GaveWay extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GaveWay() {
      super("the connection gave way", null, false, false);
    }
  }
}
