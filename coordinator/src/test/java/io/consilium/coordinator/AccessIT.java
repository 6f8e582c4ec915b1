package io.consilium.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.cli.CoordinatorMain;
import io.consilium.coordinator.cli.CoordinatorNode;
import io.consilium.coordinator.cluster.NodeStartException;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Certificates.Authority;
import io.consilium.coordinator.identity.ExpiredIdentity;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at the coordinator, over real sockets with real certificates. */
final class AccessIT {

  private static final char[] PASSWORD = "test".toCharArray();
  private static final int IDLE = 200;
  private static final int TRICKLING = 64;
  private static final int MEMBER_CONNECTIONS_MAX = 12;
  private static final int LOOK_MILLIS = 200;
  private static final int LOOKS_MAX = 200;

  @TempDir static Path directory;

  private static TestConsortium consortium;
  private static CoordinatorNode coordinator;

  @BeforeAll
  static void start() throws Exception {
    consortium = TestConsortium.of(directory, "hospital-a", "hospital-b", "hospital-c");
    coordinator = CoordinatorNode.start(consortium.coordinatorConfig(), consortium.consortium());
  }

  @AfterAll
  static void stop() {
    coordinator.close();
  }

  @Test
  void aResearcherMayLook() throws Exception {
    try (ApiClient api = client(consortium.profile(Role.RESEARCHER, "anna"))) {
      assertThat(api.jobs()).isEmpty();
      assertThat(api.parties()).hasSize(3).noneMatch(party -> party.up());
    }
  }

  @Test
  void aClientHasNoBusinessHere() throws Exception {
    Path profile = consortium.profile(Role.CLIENT, "clinic");

    assertThatThrownBy(() -> client(profile))
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77))
        .hasMessageContaining("only researchers");
    assertRefused(credulous(directory.resolve("client-clinic")));
  }

  @Test
  void eachSeesOwnJobsAndOthersAreLikeNone() throws Exception {
    Identity anna = consortium.identity(Role.RESEARCHER, "carla");
    JobId id = JobId.random(new SecureRandom());
    try (ApiClient api = client(consortium.profile(Role.RESEARCHER, "carla"))) {
      api.submit(request(anna, id, "train"));
      assertThat(api.jobs()).extracting(JobView::id).containsExactly(id);
    }
    consortium.identity(Role.RESEARCHER, "dora");
    consortium.identity(Role.PARTY, "hospital-b");
    SSLContext other = credulous(directory.resolve("researcher-dora"));
    SSLContext takesPart = credulous(directory.resolve("party-hospital-b"));
    SSLContext administrator = credulous(directory.resolve("coordinator-coordinator"));

    HttpResponse<String> hidden = get(other, "/v1/jobs/" + id);
    HttpResponse<String> none = get(other, "/v1/jobs/ffffffffffff");
    assertThat(hidden.statusCode()).isEqualTo(none.statusCode());
    assertThat(hidden.body()).isEqualTo(none.body().replace("ffffffffffff", id.value()));
    assertThat(get(other, "/v1/jobs").body()).isEqualTo("[]");
    assertThat(get(other, "/v1/models").body()).isEqualTo("[]");
    assertThat(get(takesPart, "/v1/jobs").body()).contains(id.value());
    assertThat(get(takesPart, "/v1/jobs/" + id).body()).contains("\"reports\":[]");
    assertThat(get(administrator, "/v1/jobs/" + id).statusCode()).isEqualTo(200);
  }

  @Test
  void aPartyImportsItsModels() throws Exception {
    Identity hospital = consortium.identity(Role.PARTY, "hospital-a");
    try (ApiClient api = ApiClient.ofParty(hospital, consortium.consortium())) {
      JobId id = JobId.random(new SecureRandom());
      assertThat(api.submit(request(hospital, id, "import")).researcher())
          .isEqualTo("party:hospital-a");
      assertThat(api.job(id).name()).isEqualTo("risk");
      assertThatThrownBy(
              () -> api.submit(request(hospital, JobId.random(new SecureRandom()), "train")))
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77))
          .hasMessageContaining("only a researcher can submit jobs");
      assertThat(api.cancel(id, "an example").status()).isEqualTo(JobStatus.CANCELLED);
    }
  }

  private static JobRequest request(Identity author, JobId id, String kind) {
    String manifest =
        """
        {"computeParties":["hospital-a","hospital-b","hospital-c"],"kind":"%s","name":"risk","owner":"hospital-a",
         "parties":["hospital-a","hospital-b","hospital-c"]}
        """
            .formatted(kind);
    SignedDocument signed =
        author.sign(Document.MANIFEST_KIND, manifest.getBytes(StandardCharsets.UTF_8));
    return new JobRequest(
        signed,
        Document.sign(author, new SubmissionDocument(id, Papers.sha256(signed), Instant.now())));
  }

  @Test
  void aResearcherOfAnotherConsortiumIsRefusedByBothSides() throws Exception {
    Path stranger = directory.resolve("stranger");
    Authority.of(TestConsortium.NAME).identity(stranger, new Principal(Role.RESEARCHER, "anna"));

    try (ApiClient api = client(consortium.profile(stranger))) {
      assertThatThrownBy(api::jobs)
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77));
    }
    assertRefused(credulous(stranger));
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    Path expired = directory.resolve("expired");
    ExpiredIdentity.write(consortium.authority(), expired, new Principal(Role.RESEARCHER, "anna"));

    assertRefused(credulous(expired));
  }

  @Test
  void nobodyEntersWithoutACertificate() throws Exception {
    assertRefused(context(new KeyManager[0]));
  }

  @Test
  void aGoodCertificateEntersTheSameWay() throws Exception {
    consortium.identity(Role.RESEARCHER, "anna");

    HttpResponse<String> answer =
        get(credulous(directory.resolve("researcher-anna")), "/v1/health");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("heart-study");
  }

  @Test
  void nonsenseGetsAnAnswerThatSaysSo() throws Exception {
    consortium.identity(Role.RESEARCHER, "anna");
    SSLContext anna = credulous(directory.resolve("researcher-anna"));

    assertThat(get(anna, "/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get(anna, "/v1/jobs/../../etc").statusCode()).isEqualTo(404);
    assertThat(get(anna, "/v1/jobs/0123456789ab").body()).contains("There is no job");
    assertThat(post(anna, "[".repeat(100_000)).body()).contains("not understood");
    assertThat(post(anna, "{}").statusCode()).isEqualTo(422);
    assertThat(post(anna, "x".repeat(300_000)).body()).contains("longer than 262144 bytes");
  }

  @Test
  void aNodeOfAnotherAuthorityDoesNotJoinTheCluster() throws Exception {
    Path stranger = directory.resolve("stranger-node");
    Authority.of(TestConsortium.NAME).identity(stranger, Principal.party("hospital-b"));

    assertClusterRefuses(credulous(stranger));
  }

  @Test
  void aResearcherDoesNotJoinTheCluster() throws Exception {
    consortium.identity(Role.RESEARCHER, "bert");

    assertClusterRefuses(credulous(directory.resolve("researcher-bert")));
  }

  @Test
  void aPartyThatTheConsortiumFileDoesNotNameDoesNotJoinTheCluster() throws Exception {
    consortium.identity(Role.PARTY, "hospital-z");

    assertClusterRefuses(credulous(directory.resolve("party-hospital-z")));
    assertThatThrownBy(() -> new ScriptedParty(consortium, "hospital-z"))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("the consortium file names only");
  }

  @Test
  void aPortInUseIsNamedAndExitsWith75() throws Exception {
    assertThatThrownBy(
            () -> CoordinatorNode.start(consortium.coordinatorConfig(), consortium.consortium()))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining(consortium.consortium().coordinator().control().toString())
        .hasMessageContaining("in use");
    TestConsortium other = TestConsortium.of(Files.createDirectory(directory.resolve("o")), "x");
    try (ServerSocket taken =
        new ServerSocket(
            other.consortium().coordinator().api().port(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      assertThat(
              CoordinatorMain.run(
                  "coordinator",
                  "run",
                  "--config",
                  other.directory().resolve("coordinator.yaml").toString()))
          .isEqualTo(75);
    }
  }

  @Test
  void idleConnectionsWithoutACertificateBlockNobodyAndAreClosed() throws Exception {
    int api = consortium.consortium().coordinator().api().port();
    int control = consortium.consortium().coordinator().control().port();
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < IDLE; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), api));
        idle.add(new Socket(InetAddress.getLoopbackAddress(), control));
      }

      try (ApiClient anna = client(consortium.profile(Role.RESEARCHER, "anna"))) {
        assertThat(anna.parties()).hasSize(3);
      }
      consortium.identity(Role.PARTY, "hospital-a");
      try (Socket member = member("hospital-a", control)) {
        assertThat(isClosed(member)).isFalse();
      }
      for (Socket socket : idle) {
        assertThat(closesSoon(socket, false)).isTrue();
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  void tricklingRequestsOfOneResearcherBlockNobodyAndAreClosed() throws Exception {
    int api = consortium.consortium().coordinator().api().port();
    consortium.identity(Role.RESEARCHER, "anna");
    SSLContext anna = credulous(directory.resolve("researcher-anna"));
    List<Socket> trickling = new ArrayList<>();
    try {
      for (int i = 0; i < TRICKLING; i++) {
        Socket socket = anna.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), api);
        trickling.add(socket);
        socket.getOutputStream().write("GET /v1/he".getBytes(StandardCharsets.US_ASCII));
      }

      for (String researcher : List.of("bert", "anna")) {
        try (ApiClient other = client(consortium.profile(Role.RESEARCHER, researcher))) {
          assertThat(other.parties()).hasSize(3);
        }
      }
      assertThat(closesSoon(trickling.getLast(), true)).isTrue();
    } finally {
      for (Socket socket : trickling) {
        socket.close();
      }
    }
  }

  @Test
  void aMembersConnectionsToTheClusterAreBounded() throws Exception {
    int control = consortium.consortium().coordinator().control().port();
    consortium.identity(Role.PARTY, "hospital-b");
    List<Socket> many = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * MEMBER_CONNECTIONS_MAX; i++) {
        many.add(member("hospital-b", control));
      }

      assertThat(closesSoon(many.getFirst(), false)).isTrue();
      assertThat(isClosed(many.getLast())).isFalse();
    } finally {
      for (Socket socket : many) {
        socket.close();
      }
    }
  }

  private static Socket member(String party, int port) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            credulous(directory.resolve("party-" + party))
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
    socket.startHandshake();
    return socket;
  }

  /** Whether the other end closes the connection soon, even if this end goes on sending. */
  private static boolean closesSoon(Socket socket, boolean send) throws IOException {
    for (int look = 0; look < LOOKS_MAX; look++) {
      if (isClosed(socket)) {
        return true;
      }
      try {
        if (send) {
          socket.getOutputStream().write('a');
        }
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }

  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(LOOK_MILLIS);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static ApiClient client(Path profile) throws Exception {
    return ApiClient.of(ProfileConfig.load(profile));
  }

  private static void assertRefused(SSLContext context) {
    assertThatThrownBy(() -> get(context, "/v1/health")).isInstanceOf(IOException.class);
  }

  private static void assertClusterRefuses(SSLContext context) {
    assertThatThrownBy(
            () -> {
              try (Socket socket =
                  context
                      .getSocketFactory()
                      .createSocket(
                          InetAddress.getLoopbackAddress(),
                          consortium.consortium().coordinator().control().port())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write("AKKA".getBytes(StandardCharsets.US_ASCII));
                // With TLS 1.3 the refusal of a client's certificate arrives at the first read.
                if (socket.getInputStream().read() < 0) {
                  throw new IOException("closed");
                }
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("timed out");
  }

  private static HttpResponse<String> get(SSLContext context, String path) throws Exception {
    try (HttpClient http = http(context)) {
      return http.send(request(path).GET().build(), BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> post(SSLContext context, String body) throws Exception {
    try (HttpClient http = http(context)) {
      return http.send(
          request("/v1/jobs").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }
  }

  private static HttpRequest.Builder request(String path) throws Exception {
    return HttpRequest.newBuilder(
        URI.create("https://" + consortium.consortium().coordinator().api() + path));
  }

  private static HttpClient http(SSLContext context) {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
  }

  /** TLS with the key of an identity directory, believing whatever the server shows. */
  private static SSLContext credulous(Path identity) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setKeyEntry("self", key(identity), PASSWORD, new Certificate[] {certificate(identity)});
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, PASSWORD);
    return context(factory.getKeyManagers());
  }

  private static PrivateKey key(Path identity) throws Exception {
    String pem = Files.readString(identity.resolve("key.pem"));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static Certificate certificate(Path identity) throws Exception {
    try (var in = Files.newInputStream(identity.resolve("cert.pem"))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static SSLContext context(KeyManager[] keys) throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys, new TrustManager[] {new Credulous()}, new SecureRandom());
    return context;
  }

  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
