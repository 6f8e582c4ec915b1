package io.consilium.party.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.config.Endpoint;
import io.consilium.inference.ModelCard;
import io.consilium.party.UserException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MetricsEndpointTest {
  private final ModelCard card = ExampleCard.of("heart-risk");
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ServingMetrics metrics = new ServingMetrics(registry);
  private Endpoint address;
  private MetricsEndpoint endpoint;

  @BeforeEach
  void listen() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      address = new Endpoint("127.0.0.1", free.getLocalPort());
    }
    endpoint = MetricsEndpoint.listen(address, registry);
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private List<String> lines() throws Exception {
    return get("/metrics").body().lines().filter(line -> !line.startsWith("#")).toList();
  }

  @Test
  void givesWhatWasCountedInPrometheusText() throws Exception {
    metrics.lines(7);
    metrics.session(card, true);
    metrics.asked(card, 5);
    metrics.asked(card, 1);
    metrics.computed(card, 2, 6, Duration.ofMillis(30), 1_200, 17);
    metrics.answered(card, 6, Duration.ofMillis(40));
    metrics.refused(card, "BUSY", Duration.ofMillis(2));
    metrics.waiting(card, 3, 9);

    String of = "{model=\"heart-risk\",version=\"3\"}";
    assertThat(get("/metrics").headers().firstValue("Content-Type").get()).startsWith("text/plain");
    assertThat(lines())
        .contains(
            "consilium_serving_lines 7.0",
            "consilium_serving_session_open" + of + " 1.0",
            "consilium_serving_questions_total" + of + " 2.0",
            "consilium_serving_records_total" + of + " 6.0",
            "consilium_serving_answer_seconds_count" + of + " 1",
            "consilium_serving_answer_seconds_bucket{model=\"heart-risk\",version=\"3\","
                + "le=\"0.05\"} 1",
            "consilium_serving_batch_records_sum" + of + " 6.0",
            "consilium_serving_sent_bytes_total" + of + " 1200.0",
            "consilium_serving_rounds_total" + of + " 17.0",
            "consilium_serving_waiting_questions" + of + " 3.0",
            "consilium_serving_waiting_records" + of + " 9.0")
        .anyMatch(line ->
            line.startsWith("consilium_serving_refusal_seconds_count")
                && line.contains("kind=\"BUSY\""));
  }

  @Test
  void hasNoLabelThatNamesAClient() throws Exception {
    metrics.asked(card, 5);
    metrics.refused(card, "BUSY", Duration.ofMillis(2));

    for (String line : lines()) {
      String labels = line.replaceAll("^[a-z_]+(\\{.*})? .*$", "$1");
      assertThat(labels.replaceAll("(model|version|kind|le)=\"[^\"]*\"|[{},]", "")).isEmpty();
    }
  }

  @Test
  void saysThatTheNodeLives() throws Exception {
    assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
  }

  @Test
  void saysThatTheAddressIsTaken() {
    assertThatThrownBy(() -> MetricsEndpoint.listen(address, registry))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("The metrics cannot be given at " + address)
        .hasMessageContaining("under metrics in party.yaml");
  }
}
