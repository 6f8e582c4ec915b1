package io.consilium.party.serving;

import io.consilium.inference.ModelCard;
import io.consilium.inference.ServingMonitor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/**
 * What a node counts about serving. The labels are models and kinds of refusals, both of which are
 * public; no client and no value is among them.
 */
final class ServingMetrics implements ServingMonitor {
  private static final double NANOS = 1e9;
  private static final String[] MODEL = {"model", "version"};
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
  };
  private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048};

  private final Gauge lines;
  private final Counter questions;
  private final Counter records;
  private final Histogram answers;
  private final Histogram refusals;
  private final Gauge waitingQuestions;
  private final Gauge waitingRecords;
  private final Histogram batchSeconds;
  private final Histogram batchRecords;
  private final Counter bytes;
  private final Counter rounds;
  private final Gauge sessions;

  ServingMetrics(PrometheusRegistry registry) {
    lines =
        Gauge.builder()
            .name("consilium_serving_lines")
            .help("Connections of clients that are open.")
            .register(registry);
    questions = counter("questions", "Questions that came.", registry);
    records = counter("records", "Records that were asked about.", registry);
    answers =
        histogram("answer_seconds", "From the start of a question to its answer.", registry, MODEL);
    refusals =
        histogram(
            "refusal_seconds",
            "From the start of a question to its refusal, by the kind of refusal.",
            registry,
            "model",
            "version",
            "kind");
    waitingQuestions =
        gauge("waiting_questions", "Questions that wait or are being computed.", registry);
    waitingRecords = gauge("waiting_records", "The same in records.", registry);
    batchSeconds = histogram("batch_seconds", "What the three took for a batch.", registry, MODEL);
    batchRecords =
        Histogram.builder()
            .name("consilium_serving_batch_records")
            .help("Records of a batch.")
            .labelNames(MODEL)
            .classicUpperBounds(SIZES)
            .classicOnly()
            .register(registry);
    bytes = counter("sent_bytes", "Payload that this party sent for batches.", registry);
    rounds = counter("rounds", "Rounds of batches.", registry);
    sessions = gauge("session_open", "1 while the three have a session for the model.", registry);
  }

  private static Counter counter(String name, String help, PrometheusRegistry registry) {
    return Counter.builder()
        .name("consilium_serving_" + name)
        .help(help)
        .labelNames(MODEL)
        .register(registry);
  }

  private static Gauge gauge(String name, String help, PrometheusRegistry registry) {
    return Gauge.builder()
        .name("consilium_serving_" + name)
        .help(help)
        .labelNames(MODEL)
        .register(registry);
  }

  private static Histogram histogram(
      String name, String help, PrometheusRegistry registry, String... labels) {
    return Histogram.builder()
        .name("consilium_serving_" + name)
        .help(help)
        .labelNames(labels)
        .classicUpperBounds(SECONDS)
        .classicOnly()
        .register(registry);
  }

  private static String version(ModelCard card) {
    return Integer.toString(card.version());
  }

  private static double seconds(Duration time) {
    return time.toNanos() / NANOS;
  }

  @Override
  public void lines(int open) {
    lines.set(open);
  }

  @Override
  public void asked(ModelCard card, int rows) {
    questions.labelValues(card.name(), version(card)).inc();
    records.labelValues(card.name(), version(card)).inc(rows);
  }

  @Override
  public void answered(ModelCard card, int rows, Duration time) {
    answers.labelValues(card.name(), version(card)).observe(seconds(time));
  }

  @Override
  public void refused(ModelCard card, String code, Duration time) {
    refusals.labelValues(card.name(), version(card), code).observe(seconds(time));
  }

  @Override
  public void waiting(ModelCard card, int waiting, long rows) {
    waitingQuestions.labelValues(card.name(), version(card)).set(waiting);
    waitingRecords.labelValues(card.name(), version(card)).set((double) rows);
  }

  @Override
  public void computed(
      ModelCard card, int queries, int rows, Duration time, long sent, long chained) {
    batchSeconds.labelValues(card.name(), version(card)).observe(seconds(time));
    batchRecords.labelValues(card.name(), version(card)).observe(rows);
    bytes.labelValues(card.name(), version(card)).inc(sent);
    rounds.labelValues(card.name(), version(card)).inc(chained);
  }

  @Override
  public void session(ModelCard card, boolean open) {
    sessions.labelValues(card.name(), version(card)).set(open ? 1 : 0);
  }
}
