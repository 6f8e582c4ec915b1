package io.consilium.protocols.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.consilium.protocols.transport.ConnectionException.Reason;
import io.consilium.protocols.transport.wire.OpeningFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TlsServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Opening QUERY =
      new Opening(Opening.QUERY, new SessionId(1, 2), ByteString.copyFromUtf8("which"));

  private final TestAuthority authority = new TestAuthority();
  private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final List<TlsServer> servers = new ArrayList<>();

  @AfterEach
  void closeServers() {
    servers.forEach(TlsServer::close);
  }

  /** A server that doubles words for whoever asks. */
  private PeerAddress doubling(TransportLimits limits) throws ConnectionException {
    return serve(limits, TestAuthority::nameOf, TlsServerTest::doubleWords);
  }

  private PeerAddress serve(
      TransportLimits limits, Function<SSLSession, String> names, ConnectionHandler handler)
      throws ConnectionException {
    TlsServer server =
        TlsServer.bind(
            "127.0.0.1", 0, authority.node("server"), names, handler, limits, refusals::add);
    servers.add(server);
    return new PeerAddress("server", "127.0.0.1", server.address().getPort());
  }

  private static void doubleWords(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      int count = connection.receiveBytes(1, PATIENCE)[0];
      long[] words = new long[count];
      connection.receiveWords(words, count, PATIENCE);
      for (int i = 0; i < count; i++) {
        words[i] *= 2;
      }
      connection.sendWords(words, count);
      connection.sendMessage(
          OpeningFrame.newBuilder().setKind(peerName + " " + opening.kind()).build());
    }
  }

  private Connection dial(SSLContext tls, PeerAddress server) throws ConnectionException {
    return new TlsDialer(tls, TestAuthority::nameOf, TransportLimits.DEFAULT)
        .connect(server, QUERY, PATIENCE);
  }

  private void assertServes(PeerAddress server) throws ConnectionException {
    try (Connection connection = dial(authority.node("client"), server)) {
      connection.sendBytes(new byte[] {3});
      connection.sendWords(new long[] {1, -2, Long.MAX_VALUE, 99}, 3);
      long[] doubled = new long[3];
      connection.receiveWords(doubled, 3, PATIENCE);
      assertThat(doubled).containsExactly(2, -4, -2);
      assertThat(connection.receiveMessage(OpeningFrame.parser(), 100, PATIENCE).getKind())
          .isEqualTo("client query");
      assertThat(connection.peerName()).isEqualTo("server");
    }
  }

  private static void assertFails(ThrowingCallable call, Reason reason, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ConnectionException.class,
            e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void servesAnAuthenticatedClient() throws Exception {
    assertServes(doubling(TransportLimits.DEFAULT));
  }

  @Test
  void saysThatAPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertFails(
          () ->
              TlsServer.bind(
                  "127.0.0.1",
                  taken.getLocalPort(),
                  authority.node("server"),
                  TestAuthority::nameOf,
                  TlsServerTest::doubleWords,
                  TransportLimits.DEFAULT,
                  refusals::add),
          Reason.ADDRESS_IN_USE,
          "cannot listen on 127.0.0.1:" + taken.getLocalPort(),
          "another process uses this port");
    }
  }

  @Test
  void keepsTheBindException() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThatThrownBy(() ->
              TlsServer.bind(
                  "127.0.0.1",
                  taken.getLocalPort(),
                  authority.node("server"),
                  TestAuthority::nameOf,
                  TlsServerTest::doubleWords,
                  TransportLimits.DEFAULT,
                  refusals::add))
          .hasCauseInstanceOf(BindException.class);
    }
  }

  @Test
  void refusesAClientWithoutACertificate() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT);

    assertFails(
        () -> dial(authority.anonymous(), server), Reason.UNTRUSTED, "does not accept", "server");
    assertThat(refusals.poll(10, TimeUnit.SECONDS)).contains("certificate");
    assertServes(server);
  }

  @Test
  void refusesAClientOfAnotherAuthority() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT);
    SSLContext stranger = new TestAuthority().nodeTrusting("client", authority);

    assertFails(() -> dial(stranger, server), Reason.UNTRUSTED, "does not accept");
    assertThat(refusals.poll(10, TimeUnit.SECONDS)).contains("is not trusted");
  }

  @Test
  void refusesAServerOfAnotherAuthority() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT);

    assertFails(
        () -> dial(new TestAuthority().node("client"), server),
        Reason.UNTRUSTED,
        "the certificate of server",
        "is not trusted");
  }

  @Test
  void refusesAServerWithAnotherName() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT);

    assertFails(
        () ->
            dial(
                authority.node("client"),
                new PeerAddress("hospital-c", server.host(), server.port())),
        Reason.WRONG_PEER,
        "there is server, not hospital-c");
  }

  @Test
  void tellsAClientWhomTheCallerDoesNotTrust() throws Exception {
    PeerAddress server =
        serve(
            TransportLimits.DEFAULT,
            session -> {
              throw new IllegalArgumentException("it has expired");
            },
            TlsServerTest::doubleWords);

    assertFails(() -> dial(authority.node("client"), server), Reason.REJECTED, "it has expired");
  }

  @Test
  void tellsAClientWhatTheHandlerDoesNotWant() throws Exception {
    PeerAddress server =
        serve(
            TransportLimits.DEFAULT,
            TestAuthority::nameOf,
            new ConnectionHandler() {
              @Override
              public void check(String peerName, Opening opening) throws ConnectionException {
                throw ConnectionException.refusal("no model is called '" + opening.kind() + "'");
              }

              @Override
              public void accept(Connection connection, String peerName, Opening opening) {
                throw new IllegalStateException("not reached");
              }
            });

    assertFails(
        () -> dial(authority.node("client"), server),
        Reason.REJECTED,
        "no model is called 'query'");
  }

  @Test
  void refusesAnOpeningThatIsTooLong() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT);
    Opening longOpening =
        new Opening("query", new SessionId(1, 2), ByteString.copyFrom(new byte[1 << 17]));

    assertFails(
        () ->
            new TlsDialer(authority.node("client"), TestAuthority::nameOf, TransportLimits.DEFAULT)
                .connect(server, longOpening, PATIENCE),
        Reason.REJECTED,
        "at most 65536");
  }

  @Test
  void aMessageIsRefusedByItsLengthBeforeItIsRead() throws Exception {
    AtomicReference<ConnectionException> refused = new AtomicReference<>();
    PeerAddress server =
        serve(
            TransportLimits.DEFAULT,
            TestAuthority::nameOf,
            (connection, peerName, opening) -> {
              try (connection) {
                connection.receiveMessage(OpeningFrame.parser(), 1_000, PATIENCE);
              } catch (ConnectionException e) {
                refused.set(e);
              }
            });

    try (Connection connection = dial(authority.node("client"), server)) {
      connection.sendBytes(new byte[] {-1, -1, -1, 127});
      assertFails(() -> connection.receiveBytes(1, PATIENCE), Reason.CLOSED, "closed");
    }
    assertThat(refused.get()).hasMessageContaining("2147483647 bytes; at most 1000");
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    int port;
    try (ServerSocket closedSoon = new ServerSocket(0)) {
      port = closedSoon.getLocalPort();
    }

    assertFails(
        () ->
            new TlsDialer(authority.node("client"), TestAuthority::nameOf, TransportLimits.DEFAULT)
                .connect(new PeerAddress("server", "127.0.0.1", port), QUERY, SHORT),
        Reason.REFUSED,
        "within 300 ms",
        "nobody listens at server (127.0.0.1:" + port + ")");
  }

  @Test
  void saysThatAPeerDoesNotAnswer() throws Exception {
    try (ServerSocket mute = new ServerSocket(0)) {
      PeerAddress server = new PeerAddress("server", "127.0.0.1", mute.getLocalPort());

      assertFails(
          () ->
              new TlsDialer(
                      authority.node("client"), TestAuthority::nameOf, TransportLimits.DEFAULT)
                  .connect(server, QUERY, SHORT),
          Reason.TIMEOUT,
          "did nothing");
    }
  }

  @Test
  void saysThatAHostIsUnknown() {
    assertFails(
        () -> dial(authority.node("client"), new PeerAddress("server", "no-such-host.invalid", 1)),
        Reason.BAD_ADDRESS,
        "has no address");
  }

  @Test
  void waitsForAPeerThatComesUpLater() throws Exception {
    int port;
    try (ServerSocket closedSoon = new ServerSocket(0)) {
      port = closedSoon.getLocalPort();
    }
    PeerAddress later = new PeerAddress("server", "127.0.0.1", port);
    Thread opening =
        Thread.ofVirtual()
            .start(() -> {
              try {
                Thread.sleep(200);
                servers.add(
                    TlsServer.bind(
                        "127.0.0.1",
                        port,
                        authority.node("server"),
                        TestAuthority::nameOf,
                        TlsServerTest::doubleWords,
                        TransportLimits.DEFAULT,
                        refusals::add));
              } catch (IOException | InterruptedException e) {
                refusals.add(e.toString());
              }
            });

    assertServes(later);
    opening.join();
  }

  @Test
  void halfOpenConnectionsAndGarbageDoNotDisturbAnHonestOne() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT);
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      sockets.add(socket);
      writeGarbage(socket, i % 4);
    }

    assertServes(server);

    for (Socket socket : sockets) {
      socket.close();
    }
    assertServes(server);
  }

  private static void writeGarbage(Socket socket, int kind) throws IOException {
    OutputStream out = socket.getOutputStream();
    switch (kind) {
      case 1 -> out.write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      case 2 -> out.write(new byte[] {22, 3, 1, 64, 0});
      case 3 -> out.write(new byte[1_000]);
      default -> out.flush();
    }
  }

  @Test
  void theOldestStrangerGivesWayWhenThereAreTooMany() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT.withHandshake(Duration.ofSeconds(30), 4));
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    }

    assertServes(server);

    sockets.getFirst().setSoTimeout(10_000);
    assertThat(sockets.getFirst().getInputStream().read()).isEqualTo(-1);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void aStrangerThatStallsIsSentAwayInTime() throws Exception {
    PeerAddress server = doubling(TransportLimits.DEFAULT.withHandshake(SHORT, 4));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);

      while (socket.getInputStream().read() >= 0) {
        assertThat(socket.isConnected()).isTrue(); // An alert may come first.
      }
    }
    assertThat(refusals.poll(10, TimeUnit.SECONDS)).contains("did nothing for 300 ms");
  }

  @Test
  void aConnectionCountsUntilItIsClosed() throws Exception {
    TransportLimits one =
        new TransportLimits(
            Duration.ofSeconds(5), PATIENCE, 16, 1, 1 << 16, 1 << 20, 16, 8, Duration.ofSeconds(5));
    PeerAddress server = doubling(one);
    SSLContext client = authority.node("client");
    try (Connection first = dial(client, server)) {
      assertFails(() -> dial(client, server), Reason.REJECTED, "too many connections");
      first.sendBytes(new byte[] {0});
      first.receiveMessage(OpeningFrame.parser(), 100, PATIENCE);
      assertFails(() -> first.receiveBytes(1, PATIENCE), Reason.CLOSED, "closed");
    }

    assertServes(server);
  }

  @Test
  void closingTheServerStopsItsHandlers() throws Exception {
    BlockingQueue<Reason> ended = new LinkedBlockingQueue<>();
    PeerAddress server =
        serve(
            TransportLimits.DEFAULT,
            TestAuthority::nameOf,
            (connection, peerName, opening) -> {
              try (connection) {
                connection.receiveBytes(1, PATIENCE);
              } catch (ConnectionException e) {
                ended.add(e.reason());
              }
            });
    try (Connection connection = dial(authority.node("client"), server)) {
      servers.getFirst().close();

      assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo(Reason.STOPPED);
      assertThat(connection.peerName()).isEqualTo("server");
    }
  }
}
