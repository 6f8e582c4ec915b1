package io.consilium.coordinator.api;

import io.consilium.coordinator.cluster.NodeStartException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.coordinator.jobs.CoordinatorActor;
import io.consilium.coordinator.jobs.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.TlsSessionInfo;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.pattern.StatusReply;

/**
 * Serves the researcher's interface with mutual TLS 1.3.
 *
 * <pre>
 * POST /v1/jobs               a {@code JobRequest}; researchers
 * GET  /v1/jobs               list of {@code JobView}; one's own
 * GET  /v1/jobs/{id}          {@code JobView}; one's own
 * POST /v1/jobs/{id}/cancel   a signed {@code CancelDocument}; the job's researcher
 * GET  /v1/models             list of {@code ModelView}; of one's own jobs
 * GET  /v1/parties            list of {@code PartyView}
 * GET  /v1/health             {"consortium": ..., "status": "up"}
 * </pre>
 *
 * Anything but success is a {@code Problem}. One's own jobs are, for a researcher, those that he or
 * she submitted, and for a party those that it takes part in; the coordinator's administrator sees
 * all. A job of somebody else gets the answer of one that does not exist. A party may import a
 * model; clients are not authorised.
 */
public final class ApiServer {

  /** The longest request body. */
  public static final int BODY_BYTES_MAX = 256 << 10;

  private static final Duration ASK_MAX = Duration.ofSeconds(10);
  private static final Duration BODY_MAX = Duration.ofSeconds(10);
  private static final Duration BIND_MAX = Duration.ofSeconds(10);

  private final ActorSystem<?> system;
  private final ActorRef<CoordinatorActor.Command> coordinator;
  private final Consortium consortium;
  private final Identity identity;

  private ApiServer(
      ActorSystem<?> system,
      ActorRef<CoordinatorActor.Command> coordinator,
      Consortium consortium,
      Identity identity) {
    this.system = system;
    this.coordinator = coordinator;
    this.consortium = consortium;
    this.identity = identity;
  }

  /**
   * Serves until the actor system ends.
   *
   * @param bind host to listen on if it is not the one in the consortium file
   */
  public static void start(
      ActorSystem<?> system,
      ActorRef<CoordinatorActor.Command> coordinator,
      Consortium consortium,
      Identity identity,
      Optional<String> bind)
      throws NodeStartException {
    ApiServer server = new ApiServer(system, coordinator, consortium, identity);
    SSLContext context = identity.sslContext(ApiServer::mayCall);
    try {
      var _ =
          ApiListener.bind(
                  system,
                  bind.orElse(consortium.coordinator().api().host()),
                  consortium.coordinator().api().port(),
                  context,
                  identity.trust(),
                  server::answer)
              .toCompletableFuture()
              .get(BIND_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw NodeStartException.portInUse(
          "researchers", consortium.coordinator().api().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NodeStartException("Interrupted.", e);
    }
  }

  private static boolean mayCall(Principal peer) {
    return switch (peer.role()) {
      case RESEARCHER, COORDINATOR, PARTY -> true;
      case CLIENT -> false;
    };
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    try {
      Principal caller = caller(request);
      return route(request, caller).exceptionally(Reply::failed);
    } catch (UntrustedException e) {
      request.discardEntityBytes(system);
      return CompletableFuture.completedFuture(
          Reply.problem(401, FailureKind.NOT_ALLOWED, e.getMessage()));
    } catch (RefusedException e) {
      request.discardEntityBytes(system);
      return CompletableFuture.completedFuture(Reply.failed(e));
    }
  }

  private Principal caller(HttpRequest request) throws UntrustedException, RefusedException {
    TlsSessionInfo tls =
        request
            .getHeader(TlsSessionInfo.class)
            .orElseThrow(() -> new IllegalStateException("a connection without TLS"));
    Principal caller = identity.trust().peer(tls.getSession());
    if (!mayCall(caller)) {
      throw new RefusedException(
          FailureKind.NOT_ALLOWED, caller + " has no business here; only researchers have.");
    }
    return caller;
  }

  private CompletionStage<HttpResponse> route(HttpRequest request, Principal caller) {
    String path = request.getUri().path();
    if (request.method().equals(HttpMethods.POST)) {
      return post(request, path, caller);
    }
    request.discardEntityBytes(system);
    if (!request.method().equals(HttpMethods.GET)) {
      return CompletableFuture.completedFuture(
          Reply.problem(405, FailureKind.BAD_DATA, "Only GET and POST are known here."));
    }
    return switch (path) {
      case "/v1/health" ->
          CompletableFuture.completedFuture(
              Reply.ok(Map.of("consortium", consortium.consortium(), "status", "up")));
      case "/v1/jobs" ->
          this.<List<JobView>>ask(replyTo -> new CoordinatorActor.ListJobs(caller, replyTo))
              .thenApply(Reply::ok);
      case "/v1/models" ->
          this.<List<ModelView>>ask(replyTo -> new CoordinatorActor.ListModels(caller, replyTo))
              .thenApply(Reply::ok);
      case "/v1/parties" ->
          this.<List<PartyView>>ask(CoordinatorActor.ListParties::new).thenApply(Reply::ok);
      default -> jobOf(path, "").map(id -> show(id, caller)).orElseGet(() -> notFound(path));
    };
  }

  private CompletionStage<HttpResponse> show(JobId id, Principal viewer) {
    return askJob(replyTo -> new CoordinatorActor.ShowJob(id, viewer, replyTo));
  }

  private CompletionStage<HttpResponse> post(HttpRequest request, String path, Principal caller) {
    Optional<JobId> cancelled = jobOf(path, "/cancel");
    if (!path.equals("/v1/jobs") && cancelled.isEmpty()) {
      request.discardEntityBytes(system);
      return notFound(path);
    }
    if (caller.role() == Role.COORDINATOR) {
      request.discardEntityBytes(system);
      return CompletableFuture.failedFuture(
          new RefusedException(
              FailureKind.NOT_ALLOWED, "Only researchers submit and cancel jobs."));
    }
    return cancelled.isPresent()
        ? body(request, SignedDocument.class)
            .thenCompose(order ->
                askJob(replyTo ->
                    new CoordinatorActor.Cancel(cancelled.get(), order, caller, replyTo)))
        : body(request, JobRequest.class)
            .thenCompose(
                order -> askJob(replyTo -> new CoordinatorActor.Submit(order, caller, replyTo)));
  }

  private <T> CompletionStage<T> body(HttpRequest request, Class<T> type) {
    return request
        .entity()
        .withSizeLimit(BODY_BYTES_MAX)
        .toStrict(BODY_MAX.toMillis(), system)
        .handle((entity, failure) -> {
          if (failure != null) {
            return CompletableFuture.<T>failedFuture(tooLong(failure));
          }
          return parse(entity.getData().toArrayUnsafe(), type);
        })
        .thenCompose(read -> read);
  }

  private static <T> CompletableFuture<T> parse(byte[] json, Class<T> type) {
    try {
      return CompletableFuture.completedFuture(Json.read(json, type));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(
          new RefusedException(FailureKind.BAD_DATA, "The request's JSON is not understood."));
    }
  }

  private static Throwable tooLong(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EntityStreamSizeException) {
        return new RefusedException(
            FailureKind.BAD_DATA, "The request is longer than " + BODY_BYTES_MAX + " bytes.");
      }
    }
    return new RefusedException(FailureKind.BAD_DATA, "The request did not arrive whole.");
  }

  private CompletionStage<HttpResponse> askJob(
      Function<ActorRef<StatusReply<JobView>>, CoordinatorActor.Command> question) {
    return AskPattern.askWithStatus(coordinator, question, ASK_MAX, system.scheduler())
        .thenApply(Reply::ok);
  }

  private <T> CompletionStage<T> ask(Function<ActorRef<T>, CoordinatorActor.Command> question) {
    return AskPattern.ask(coordinator, question, ASK_MAX, system.scheduler());
  }

  private static Optional<JobId> jobOf(String path, String suffix) {
    String prefix = "/v1/jobs/";
    if (!path.startsWith(prefix) || !path.endsWith(suffix)) {
      return Optional.empty();
    }
    String id =
        path.substring(prefix.length(), Math.max(prefix.length(), path.length() - suffix.length()));
    return Optional.of(id).filter(JobId::isId).map(JobId::new);
  }

  private static CompletionStage<HttpResponse> notFound(String path) {
    return CompletableFuture.completedFuture(
        Reply.problem(
            404,
            FailureKind.BAD_DATA,
            path.startsWith("/v1/jobs/")
                ? "A job id is 12 hexadecimal digits; \"consilium jobs list\" shows them."
                : "There is nothing here."));
  }
}
