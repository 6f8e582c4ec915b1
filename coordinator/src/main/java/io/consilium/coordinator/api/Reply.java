package io.consilium.coordinator.api;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.Problem;
import io.consilium.coordinator.jobs.RefusedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers, all of them JSON. */
final class Reply {

  private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

  private Reply() {}

  static HttpResponse ok(Object value) {
    return json(200, value);
  }

  static HttpResponse problem(int status, FailureKind kind, String message) {
    return json(status, new Problem(kind, message));
  }

  static HttpResponse failed(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RefusedException refused) {
      return problem(status(refused.kind()), refused.kind(), refused.getMessage());
    }
    if (cause instanceof TimeoutException) {
      LOG.warn("A request was not answered in time: {}", cause.getMessage());
      return problem(
          504, FailureKind.NOT_READY, "The coordinator is busy and did not answer in time.");
    }
    LOG.error("A request failed.", cause);
    return problem(500, FailureKind.INTERNAL, "The coordinator failed; its log has the details.");
  }

  private static int status(FailureKind kind) {
    return switch (kind) {
      case BAD_DATA -> 422;
      case NOT_ALLOWED -> 403;
      case NOT_READY, PEER_UNAVAILABLE -> 503;
      case INTERNAL -> 500;
    };
  }

  private static HttpResponse json(int status, Object value) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(value));
  }
}
