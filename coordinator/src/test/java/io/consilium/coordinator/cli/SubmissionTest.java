package io.consilium.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.consilium.coordinator.TestConsortium;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.Problem;
import io.consilium.coordinator.identity.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that takes a job and does not say so. */
@Timeout(60)
final class SubmissionTest {

  private static final JobId ID = new JobId("0123456789ab");
  private static final int LOST = 0;
  private static final int BUSY = 504;

  @TempDir private Path directory;

  private final Queue<JobRequest> received = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
  private HttpsServer server;
  private ApiClient api;

  @BeforeEach
  void start() throws Exception {
    TestConsortium consortium = TestConsortium.of(directory, "a");
    server =
        HttpsServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                consortium.consortium().coordinator().api().port()),
            0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(
            consortium
                .identity(Role.COORDINATOR, "coordinator")
                .sslContext(peer -> peer.role() == Role.RESEARCHER)));
    server.createContext("/v1/jobs", this::answer);
    server.start();
    api = ApiClient.of(ProfileConfig.load(consortium.profile(Role.RESEARCHER, "anna")));
  }

  @AfterEach
  void stop() {
    api.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    received.add(Json.read(body, JobRequest.class));
    Integer next = answers.poll();
    int status = next == null ? LOST : next;
    if (status == LOST) {
      exchange.close();
      return;
    }
    byte[] answer =
        Json.bytes(status == 200 ? view() : new Problem(FailureKind.NOT_READY, "It is busy."));
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  void asksAgainUnderTheSameIdUntilItIsAnswered() throws Exception {
    answers.addAll(List.of(LOST, BUSY, 200));

    JobView job = send(Clock.systemUTC());

    assertThat(job.id()).isEqualTo(ID);
    assertThat(received).hasSize(3);
    assertThat(received.stream().map(SubmissionTest::text).distinct()).hasSize(1);
    assertThat(progress.toString(StandardCharsets.UTF_8))
        .startsWith("job " + ID + ": submitting")
        .contains("Asking again for a minute.");
  }

  @Test
  void saysWhatIsNotKnownAndHowToFindOut() {
    assertThatThrownBy(() -> send(new HastyClock()))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.NOT_READY))
        .hasMessageContaining("it is not known whether it has job " + ID)
        .hasMessageEndingWith("consilium jobs show " + ID);
  }

  @Test
  void aRefusalIsAnAnswer() {
    answers.add(503);

    assertThatThrownBy(() -> send(Clock.systemUTC())).hasMessage("It is busy.");
    assertThat(received).hasSize(1);
  }

  @Test
  void whereNobodyListensNothingWasSubmitted() {
    server.stop(0);

    assertThatThrownBy(() -> send(Clock.systemUTC()))
        .isInstanceOfSatisfying(
            CommandException.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PEER_UNAVAILABLE))
        .hasMessageStartingWith("Cannot reach the coordinator");
  }

  private JobView send(Clock clock) throws CommandException {
    byte[] manifest = "{\"kind\":\"train\"}".getBytes(StandardCharsets.UTF_8);
    return Submission.of(api.identity(), ID, manifest, clock)
        .send(
            api,
            new PrintStream(progress, true, StandardCharsets.UTF_8),
            clock,
            "consilium jobs show " + ID);
  }

  private static String text(JobRequest request) {
    return new String(Json.bytes(request), StandardCharsets.UTF_8);
  }

  private static JobView view() {
    return new JobView(
        ID,
        "risk",
        JobStatus.SUBMITTED,
        "anna",
        Instant.EPOCH,
        Instant.EPOCH,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** For which a minute passes between any two looks. */
  private static final class HastyClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      now = now.plus(Duration.ofSeconds(61));
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
