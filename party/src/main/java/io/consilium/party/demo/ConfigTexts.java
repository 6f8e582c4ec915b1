package io.consilium.party.demo;

import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.datasets.study.Study;
import io.consilium.party.manifest.Manifest;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration files, written as a person would write them. */
final class ConfigTexts {

  /** Every node of the demo listens here and nowhere else. */
  static final String HOST = "127.0.0.1";

  /** Ports that the coordinator needs, and that each party needs. */
  static final int PORTS_PER_NODE = 2;

  private ConfigTexts() {}

  /**
   * The public file.
   *
   * @param ports two for the coordinator, then two for each party
   */
  static String consortium(Roster roster, List<Integer> ports) {
    StringBuilder text = new StringBuilder();
    text.append("# Public: the same file at every node.\n");
    text.append("consortium: ").append(Roster.CONSORTIUM).append('\n');
    text.append(
        "coordinator: {name: %s, control: \"%s\", api: \"%s\"}\nparties:\n"
            .formatted(Roster.COORDINATOR.name(), endpoint(ports.get(0)), endpoint(ports.get(1))));
    int next = PORTS_PER_NODE;
    for (String party : roster.parties()) {
      text.append(
          "  - {name: %s, control: \"%s\", data: \"%s\"}\n"
              .formatted(party, endpoint(ports.get(next)), endpoint(ports.get(next + 1))));
      next += PORTS_PER_NODE;
    }
    return text.toString();
  }

  static int portsNeeded(Roster roster) {
    return PORTS_PER_NODE * (1 + roster.parties().size());
  }

  static String coordinator() {
    return """
    identity: identity
    consortium: ../consortium.yaml
    state: state
    """;
  }

  static String party(boolean hasData) {
    return """
    identity: identity
    consortium: ../consortium.yaml
    state: state
    %spolicy: policy.yaml
    """
        .formatted(hasData ? "datasets: datasets.yaml\n" : "");
  }

  static String profile() {
    return """
    identity: identity
    consortium: ../consortium.yaml
    """;
  }

  /** More than a person tries out in a demo. */
  private static final int RELEASES_WANTED = 20;

  /** Hospitals without which a study of several would not be one of many. */
  private static final int HOSPITALS_WANTED = 3;

  /**
   * Allows what this study needs, to these people, and nothing else.
   *
   * @param repetitions trainings, each with a split of its own
   */
  static String policy(Study study, String modelType, int repetitions) {
    StudySchema schema = study.schema();
    String columns =
        Stream.concat(
                Stream.concat(schema.features().stream(), Stream.of(schema.label())),
                Stream.concat(schema.weight().stream(), schema.split().stream()))
            .map(Column::name)
            .collect(Collectors.joining(", "));
    return """
    # What this site allows. Everything else is refused, with the reason.
    submitters: [%s]
    approval: auto        # "manual": an officer of this site decides about each job
    models: [%s]
    datasets: [%s]
    columns: [%s]
    suites: [%s]
    minParties: %d         # hospitals that bring records
    minRows: 10           # in each part of each hospital's records
    maxReleases: %d       # jobs on nearly the same records
    maxSplits: %d          # different divisions of them; more than 1 only to repeat a published figure
    maxEpochs: 100
    # Who may learn what. The weights are opened to the hospitals so that the demo can compare them
    # with those of a training in the clear; a model can be used without opening them to anybody.
    disclose:
      rowCounts: parties
      loss: researcher
      accuracy: researcher
      auc: researcher
      confusion: researcher
      weights: parties
      prediction: client
    # The shortest training after which weights are opened.
    weights: {minEpochs: 2, minBatchRows: 32}
    serving: {allowed: true, clients: [%s], rowsPerDayPerClient: 10000}
    """
        .formatted(
            Roster.RESEARCHER.name(),
            modelType,
            study.dataset(),
            columns,
            Manifest.SUITE,
            Math.min(HOSPITALS_WANTED, study.hospitals().size()),
            Math.max(RELEASES_WANTED, repetitions),
            repetitions,
            Roster.CLIENT.name());
  }

  private static String endpoint(int port) {
    return HOST + ":" + port;
  }
}
