package io.consilium.party.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What one secure training disclosed: metrics to the researcher, weights to the hospitals, and the
 * public facts of what it cost.
 *
 * @param version of the model
 * @param trained weights row by row (feature by output) and then the biases, in standardised units;
 *     of a network its parameters one behind the other
 * @param bytesPerParty sent by the compute party that sent most
 * @param rounds of the whole training, of the compute party that had most
 * @param seconds from the start of the attempt to its end
 */
record SecureRun(
    String jobId,
    String version,
    double accuracy,
    double auc,
    double[] trained,
    long bytesPerParty,
    long rounds,
    int roundsPerStep,
    double seconds) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the researcher's command prints at the end of a job. */
  record Ended(
      String jobId,
      String version,
      double accuracy,
      double auc,
      long bytesPerParty,
      int roundsPerStep,
      double seconds) {

    /** Reads the line that {@code consilium train --json} prints. */
    static Optional<Ended> parse(String line) {
      try {
        JsonNode job = JSON.readTree(line);
        if (!job.isObject() || !job.path("model").isObject()) {
          return Optional.empty();
        }
        List<JsonNode> parties =
            StreamSupport.stream(job.path("parties").spliterator(), false).toList();
        return Optional.of(
            new Ended(
                job.path("id").asText(),
                job.path("model").path("version").asText(),
                metric(job, "accuracy"),
                metric(job, "auc"),
                parties.stream()
                    .mapToLong(party -> party.path("bytesSent").asLong())
                    .max()
                    .orElse(0),
                parties.stream()
                    .mapToInt(party -> party.path("roundsPerStep").asInt())
                    .max()
                    .orElse(0),
                job.path("seconds").asDouble()));
      } catch (IOException e) {
        return Optional.empty();
      }
    }

    private static double metric(JsonNode job, String name) {
      return StreamSupport.stream(job.at("/results/metrics").spliterator(), false)
          .filter(metric -> metric.path("name").asText().equals(name))
          .filter(metric -> metric.path("value").isNumber() && metric.path("ofModel").asBoolean())
          .mapToDouble(metric -> metric.path("value").asDouble())
          .reduce((earlier, later) -> later)
          .orElse(Double.NaN);
    }
  }

  /**
   * Puts the researcher's view and the hospitals' files together.
   *
   * @param results the file of each compute party; they must hold the same model
   */
  static SecureRun of(Ended ended, List<Path> results) throws UserException, IOException {
    List<JsonNode> files = new ArrayList<>();
    for (Path file : results) {
      files.add(JSON.readTree(file.toFile()));
    }
    JsonNode first = files.getFirst();
    for (int i = 1; i < files.size(); i++) {
      if (!Arrays.equals(trained(files.get(i)), trained(first))) {
        throw StepFailure.of(
            ExitCode.INTERNAL,
            "The compute parties opened different weights.",
            "report this; the files are " + results.getFirst() + " and " + results.get(i),
            results.get(i));
      }
    }
    return new SecureRun(
        ended.jobId(),
        ended.version(),
        ended.accuracy(),
        ended.auc(),
        trained(first),
        ended.bytesPerParty(),
        files.stream().mapToLong(file -> file.path("rounds").asLong()).max().orElse(0),
        ended.roundsPerStep(),
        ended.seconds());
  }

  private static double[] trained(JsonNode file) {
    return Stream.of("weights", "bias", "parameters")
        .flatMapToDouble(key -> numbers(file.path(key)))
        .toArray();
  }

  /** All numbers of a tree in their order. */
  private static DoubleStream numbers(JsonNode node) {
    return node.isNumber()
        ? DoubleStream.of(node.doubleValue())
        : StreamSupport.stream(node.spliterator(), false).flatMapToDouble(SecureRun::numbers);
  }

  /**
   * The largest difference of any number that was trained.
   *
   * @param other as {@link #trained}
   */
  double difference(double[] other) {
    return Differences.largest(trained, other);
  }

  @Override
  public String toString() {
    return "SecureRun[" + jobId + ", " + Arrays.asList(accuracy, auc) + "]";
  }
}
