package io.consilium.coordinator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.consilium.coordinator.identity.Certificates.Authority;
import io.consilium.coordinator.identity.Certificates.Leaf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real sockets: what is configured is also enforced. */
final class MutualTlsTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final Principal COORDINATOR = Principal.coordinator("coordinator");
  private static final Clock CLOCK = Clock.fixed(Certificates.NOW, ZoneOffset.UTC);
  private static final int TIMEOUT_MILLIS = 10_000;

  @TempDir private Path directory;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Authority authority;
  private Identity hospital;
  private Identity coordinator;

  @BeforeEach
  void enrol() throws Exception {
    authority = Authority.of("heart-study");
    hospital = identity(HOSPITAL);
    coordinator = identity(COORDINATOR);
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private Identity identity(Principal principal) throws Exception {
    return Identity.load(authority.identity(directory.resolve(principal.name()), principal), CLOCK);
  }

  private static SSLContext bare(KeyManager[] keys, Trust trust) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {new ConsortiumTrustManager(trust, any -> true)}, null);
    return context;
  }

  private SSLContext showing(Leaf leaf, X509Certificate certificate) throws Exception {
    KeyManager keys = new OwnKeyManager(leaf.keys.getPrivate(), certificate);
    return bare(new KeyManager[] {keys}, hospital.trust());
  }

  /** What each end made of one connection that carries one byte each way. */
  private record Outcome(CompletableFuture<Principal> server, CompletableFuture<Principal> client) {

    String serverRefusal() {
      return refusal(server);
    }

    String clientRefusal() {
      return refusal(client);
    }

    private static String refusal(CompletableFuture<Principal> side) {
      return side.handle(
              (peer, failure) -> {
                assertThat(failure).as("refused").isNotNull();
                return TlsFailure.sentence(failure).orElseGet(failure::toString);
              })
          .join();
    }
  }

  private Outcome connect(SSLContext server, SSLContext client, String... protocols)
      throws Exception {
    try (SSLServerSocket listener = listen(server)) {
      return connect(listener, client, protocols);
    }
  }

  private static SSLServerSocket listen(SSLContext server) throws IOException {
    return (SSLServerSocket)
        server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private Outcome connect(SSLServerSocket listener, SSLContext client, String... protocols) {
    CompletableFuture<Principal> serverSide = exchange(listener::accept);
    CompletableFuture<Principal> clientSide =
        exchange(() -> {
          SSLSocket socket =
              (SSLSocket)
                  client
                      .getSocketFactory()
                      .createSocket(
                          listener.getInetAddress().getHostAddress(), listener.getLocalPort());
          if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
          }
          return socket;
        });
    CompletableFuture.allOf(serverSide, clientSide).handle((done, failed) -> 0).join();
    return new Outcome(serverSide, clientSide);
  }

  private CompletableFuture<Principal> exchange(Callable<Socket> opening) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (SSLSocket socket = (SSLSocket) opening.call()) {
            return exchange(socket);
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        threads);
  }

  private Principal exchange(SSLSocket socket) throws IOException, UntrustedException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.startHandshake();
    // In TLS 1.3 a client is done before the server has judged it, so only its first read tells.
    boolean server = !socket.getUseClientMode();
    if (server) {
      socket.getOutputStream().write(1);
    }
    if (socket.getInputStream().read() != 1) {
      throw new SSLException("closed");
    }
    if (!server) {
      socket.getOutputStream().write(1);
    }
    assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    return hospital.trust().peer(socket.getSession());
  }

  @Test
  void tellsBothEndsWhoTheOtherIs() throws Exception {
    Outcome outcome = connect(coordinator.sslContext(), hospital.sslContext());

    assertThat(outcome.server().get()).isEqualTo(HOSPITAL);
    assertThat(outcome.client().get()).isEqualTo(COORDINATOR);
  }

  @Test
  void letsAClientDemandOneExactPrincipal() throws Exception {
    Predicate<Principal> wanted = COORDINATOR::equals;

    assertThat(connect(coordinator.sslContext(), hospital.sslContext(wanted)).client().get())
        .isEqualTo(COORDINATOR);
    assertThat(
            connect(
                    identity(Principal.party("hospital-b")).sslContext(),
                    hospital.sslContext(wanted))
                .clientRefusal())
        .isEqualTo("The other side is party:hospital-b, which is not who this connection is for.");
  }

  @Test
  void keepsResearchersAndClientsOutOfTheCluster() throws Exception {
    Predicate<Principal> members =
        peer -> peer.role() == Role.PARTY || peer.role() == Role.COORDINATOR;
    SSLContext cluster = coordinator.sslContext(members);

    for (Role role : new Role[] {Role.RESEARCHER, Role.CLIENT}) {
      Outcome outcome = connect(cluster, identity(new Principal(role, "anna")).sslContext());

      assertThat(outcome.serverRefusal()).contains("The other side is " + role.label() + ":anna");
      // The server may hang up while the client still writes; then the alert is not read.
      assertThat(outcome.clientRefusal())
          .containsAnyOf("The other side refused", "Broken pipe", "Connection reset");
    }
    assertThat(connect(cluster, hospital.sslContext()).server().get()).isEqualTo(HOSPITAL);
  }

  @Test
  void refusesAClientWithoutACertificate() throws Exception {
    Outcome outcome = connect(coordinator.sslContext(), bare(null, hospital.trust()));

    assertThatThrownBy(() -> outcome.server().get())
        .isInstanceOf(ExecutionException.class)
        .hasStackTraceContaining("Empty client certificate chain");
    assertThat(outcome.client()).isCompletedExceptionally();
  }

  @Test
  void refusesTls12() throws Exception {
    SSLContext old = showing(authority.leaf(HOSPITAL), hospital.certificate());
    Outcome outcome = connect(coordinator.sslContext(), old, "TLSv1.2");

    assertThat(outcome.server()).isCompletedExceptionally();
    assertThat(outcome.clientRefusal()).contains("protocol_version");
  }

  @Test
  void refusesAnotherAuthoritysClientAndServer() throws Exception {
    Authority impostor = Authority.of("heart-study");
    Leaf leaf = impostor.leaf(HOSPITAL);
    SSLContext foreign = showing(leaf, impostor.sign(leaf));

    assertThat(connect(coordinator.sslContext(), foreign).serverRefusal())
        .contains("signed by another authority");
    assertThat(connect(foreign, hospital.sslContext()).clientRefusal())
        .contains("signed by another authority");
  }

  @Test
  void refusesAnExpiredClient() throws Exception {
    Leaf leaf = authority.leaf(HOSPITAL);
    leaf.to = Certificates.NOW.minusSeconds(1);

    assertThat(
            connect(coordinator.sslContext(), showing(leaf, authority.sign(leaf))).serverRefusal())
        .contains("expired on 2026-03-01");
  }

  @Test
  void refusesASelfSignedClient() throws Exception {
    Leaf leaf = authority.leaf(HOSPITAL);
    leaf.issuer = leaf.subject;

    assertThat(
            connect(coordinator.sslContext(), showing(leaf, leaf.signedBy(leaf.keys.getPrivate())))
                .serverRefusal())
        .contains("signed by itself");
  }

  @Test
  void refusesAServersOnlyCertificate() throws Exception {
    Leaf leaf = authority.leaf(HOSPITAL);
    leaf.purposes = List.of(KeyPurposeId.id_kp_serverAuth);

    assertThat(
            connect(coordinator.sslContext(), showing(leaf, authority.sign(leaf))).serverRefusal())
        .contains("client and server authentication");
  }

  @Test
  void refusesSomebodyWhoShowsACertificateWithoutItsKey() throws Exception {
    SSLContext thief = showing(authority.leaf(HOSPITAL), hospital.certificate());

    Outcome outcome = connect(coordinator.sslContext(), thief);

    assertThat(outcome.server()).isCompletedExceptionally();
    assertThat(outcome.client()).isCompletedExceptionally();
  }

  @Test
  void checksTheCertificateAgainOnEveryConnection() throws Exception {
    AtomicBoolean open = new AtomicBoolean(true);
    SSLContext client = hospital.sslContext();
    try (SSLServerSocket listener = listen(coordinator.sslContext(any -> open.get()))) {
      assertThat(connect(listener, client).server().get()).isEqualTo(HOSPITAL);
      open.set(false);
      Thread.sleep(1_100); // Beyond the life of a session that could be resumed.

      assertThat(connect(listener, client).serverRefusal())
          .contains("not who this connection is for");
    }
  }

  @Test
  void preparesEnginesForServersThatForgetTo() {
    SSLEngine engine = hospital.sslContext().createSSLEngine();
    engine.setUseClientMode(false);

    assertThat(engine.getNeedClientAuth()).isTrue();
    assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3");
    assertThat(hospital.sslContext().getDefaultSSLParameters().getProtocols())
        .containsExactly("TLSv1.3");
  }

  @Test
  void servesTheJdksHttpClientWithoutHostNames() throws Exception {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.setHttpsConfigurator(new HttpsConfigurator(coordinator.sslContext()));
    server.createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
    server.start();
    URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(hospital.sslContext(COORDINATOR::equals)).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri).timeout(Duration.ofMillis(TIMEOUT_MILLIS)).build();

      assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void hasNothingToSayAboutOtherFailures() {
    assertThat(TlsFailure.sentence(new IOException("disk full"))).isEmpty();
  }
}
