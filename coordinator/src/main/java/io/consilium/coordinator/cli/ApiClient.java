package io.consilium.coordinator.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.contract.Problem;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.TlsFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Speaks to the coordinator's interface as the person of a profile. Only the holder of the
 * coordinator's certificate is spoken to.
 */
public final class ApiClient implements AutoCloseable {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final int GATEWAY_TIMEOUT = 504;
  private static final ObjectMapper MAPPER = Json.mapperCopy();

  private final Consortium consortium;
  private final Identity identity;
  private final HttpClient http;

  private ApiClient(Consortium consortium, Identity identity) {
    this.consortium = consortium;
    this.identity = identity;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(identity.sslContext(consortium::isCoordinator))
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /**
   * Prepares to speak; connects at the first request.
   *
   * @throws CommandException if the coordinator will not speak to this profile's kind of principal
   */
  public static ApiClient of(ProfileConfig profile)
      throws ConfigException, IdentityException, CommandException {
    Identity identity = Identity.load(profile.identity());
    Role role = identity.principal().role();
    if (role != Role.RESEARCHER && role != Role.COORDINATOR) {
      throw new CommandException(
          ExitCode.NOT_ALLOWED,
          "The certificate in "
              + profile.identity()
              + " is "
              + identity.principal()
              + "'s; only researchers have business with the coordinator.");
    }
    return new ApiClient(Consortium.load(profile.consortium()), identity);
  }

  /** Prepares to speak for a party, which may submit and follow imports of its own models. */
  public static ApiClient ofParty(Identity party, Consortium consortium) {
    return new ApiClient(consortium, party);
  }

  /** Who the profile is. */
  public Identity identity() {
    return identity;
  }

  /** Submits a job, once; see {@link Submission} for an answer that does not come. */
  public JobView submit(JobRequest request) throws CommandException {
    return read(post("/v1/jobs", request), new TypeReference<>() {});
  }

  /** Stops a job. */
  public JobView cancel(JobId id, String reason) throws CommandException {
    return read(
        post("/v1/jobs/" + id + "/cancel", Document.sign(identity, new CancelDocument(id, reason))),
        new TypeReference<>() {});
  }

  /** Every job, oldest first. */
  public List<JobView> jobs() throws CommandException {
    return read(get("/v1/jobs"), new TypeReference<>() {});
  }

  /** One job. */
  public JobView job(JobId id) throws CommandException {
    return read(get("/v1/jobs/" + id), new TypeReference<>() {});
  }

  /** Every model, oldest first. */
  public List<ModelView> models() throws CommandException {
    return read(get("/v1/models"), new TypeReference<>() {});
  }

  /** Every party of the consortium. */
  public List<PartyView> parties() throws CommandException {
    return read(get("/v1/parties"), new TypeReference<>() {});
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpRequest get(String path) {
    return request(path).GET().build();
  }

  private HttpRequest post(String path, Object body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(Json.bytes(body)))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://" + consortium.coordinator().api() + path))
        .timeout(ANSWER_MAX);
  }

  private <T> T read(HttpRequest request, TypeReference<T> type) throws CommandException {
    HttpResponse<byte[]> response = send(request);
    try {
      if (response.statusCode() == 200) {
        return MAPPER.readValue(response.body(), type);
      }
      Problem problem = MAPPER.readValue(response.body(), Problem.class);
      if (response.statusCode() == GATEWAY_TIMEOUT) {
        throw CommandException.unanswered(problem.message());
      }
      throw new CommandException(problem.kind().exitCode(), problem.message());
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.PEER_UNAVAILABLE,
          "The coordinator's answer (status "
              + response.statusCode()
              + ") is not understood. Does it run the same version of the program?");
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws CommandException {
    try {
      return http.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.NOT_READY, "Interrupted.");
    } catch (IOException e) {
      throw explained(e);
    }
  }

  /** The coordinator's address, for sentences. */
  String address() {
    return consortium.coordinator().api().toString();
  }

  private CommandException explained(IOException failure) {
    String where = "the coordinator at " + consortium.coordinator().api();
    Optional<String> tls = TlsFailure.sentence(failure);
    if (tls.isPresent()) {
      return new CommandException(
          ExitCode.NOT_ALLOWED, "No connection to " + where + ". " + tls.get());
    }
    if (failure instanceof ConnectException) {
      return new CommandException(
          ExitCode.PEER_UNAVAILABLE, "Cannot reach " + where + ". Is it running?");
    }
    return CommandException.unanswered(
        failure instanceof HttpTimeoutException
            ? "No answer from " + where + " in time."
            : "The connection to " + where + " broke off.");
  }
}
