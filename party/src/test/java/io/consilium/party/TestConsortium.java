package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CheckedResults;
import io.consilium.coordinator.cli.CoordinatorNode;
import io.consilium.coordinator.cli.ResultKeys;
import io.consilium.coordinator.cli.ResultsReader;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.CoordinatorConfig;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import io.consilium.datasets.schema.AdmittedColumns;
import io.consilium.datasets.schema.StudySchema;
import io.consilium.party.cli.Shell;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.node.PartyNode;
import io.consilium.party.pki.ConsortiumAuthority;
import io.consilium.party.pki.EnrolmentRequest;
import io.consilium.party.pki.Passphrase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A consortium as it is deployed: real certificates, configuration files, sockets and mutual TLS,
 * with a folder for each participant. The nodes run in this JVM, or in processes that a test
 * starts.
 */
final class TestConsortium implements AutoCloseable {

  static final String NAME = "trial";
  static final String RESEARCHER = "anna";
  static final String CLIENT = "clinic";

  /** More than the records of any test need, so that only the quota test meets it. */
  static final int QUOTA = 200;

  /** How long a job waits for a party that is not running. */
  static final int PARTY_WAIT_SECONDS = 12;

  /** Fewer than every test brings, unless it is about too few. */
  static final int RECORDS_DECLARED = 40;

  private static final int POLLS_MAX = 1_200;
  private static final long POLL_MILLIS = 100;
  private static final int DAYS = 30;

  private final Path directory;
  private final List<String> parties;
  private final SecureRandom random = new SecureRandom();
  private final ConsortiumAuthority authority;
  private final Map<String, PartyNode> nodes = new LinkedHashMap<>();
  private CoordinatorNode coordinator;
  private ApiClient api;

  private TestConsortium(Path directory, List<String> parties, ConsortiumAuthority authority) {
    this.directory = directory;
    this.parties = parties;
    this.authority = authority;
  }

  /** All files of a consortium of these parties, each of which has 60 records. */
  static TestConsortium of(Path directory, String... parties) throws Exception {
    Path ca = directory.resolve("authority");
    // The authority has been there for a while, so there can be certificates that have expired.
    SecureRandom random = new SecureRandom();
    Clock past = Clock.offset(Clock.systemUTC(), Duration.ofDays(-100));
    ConsortiumAuthority.create(ca, NAME, Passphrase.none(), past, random);
    TestConsortium made =
        new TestConsortium(
            directory,
            List.of(parties),
            ConsortiumAuthority.open(ca, Passphrase::none, Clock.systemUTC(), random));
    made.writeConsortium();
    made.enrol(new Principal(Role.COORDINATOR, "coordinator"));
    made.write(
        "coordinator/coordinator.yaml",
        """
        identity: identity
        consortium: ../consortium.yaml
        state: state
        partyWaitSeconds: %d
        """
            .formatted(PARTY_WAIT_SECONDS));
    made.profile(new Principal(Role.RESEARCHER, RESEARCHER));
    made.profile(new Principal(Role.CLIENT, CLIENT));
    int seed = 1;
    for (String party : parties) {
      made.enrol(new Principal(Role.PARTY, party));
      made.partyFile(party, true);
      made.policy(party, "auto", Map.of());
      made.records(party, Studies.csv(60, seed++));
      made.write(
          party + "/datasets.yaml",
          "datasets:\n"
              + dataset("study", "SELECT dose, level, kind, outcome FROM source")
              + dataset("grades", "SELECT dose, level, kind, grade FROM source")
              + dataset("scores", "SELECT dose, level, kind, score FROM source")
              + dataset("wide", "SELECT * FROM source")
              + dataset("partial", "SELECT dose, level, kind, outcome FROM source")
              + dataset("private", "SELECT dose, level, kind, outcome FROM source"));
    }
    return made;
  }

  /** A data set that declares what the studies of {@link Studies} read. */
  private static String dataset(String name, String query) throws Exception {
    List<String> three = List.of("a", "b", "c");
    ObjectNode manifest =
        switch (name) {
          case "grades" -> Studies.softmax(name, three, three);
          case "scores" -> Studies.linear(name, three, three);
          case "wide" -> Studies.wide(name, three, three, false);
          default -> Studies.logistic(name, three, three);
        };
    return """
      %s:
        source: {type: csv, path: %s}
        query: %s
        admits: {records: %d, columns: %s}
    """
        .formatted(
            name,
            name.equals("wide") ? "wide.csv" : "records.csv",
            query,
            RECORDS_DECLARED,
            AdmittedColumns.forStudy(StudySchema.parse(manifest.path("schema"))));
  }

  // ---- files -----------------------------------------------------------------------------------

  Path directory() {
    return directory;
  }

  Path home(String name) {
    return directory.resolve(name);
  }

  Path config(String party) {
    return home(party).resolve("party.yaml");
  }

  Path profileOf(String name) {
    return home(name).resolve("profile.yaml");
  }

  Consortium consortium() throws Exception {
    return Consortium.load(directory.resolve("consortium.yaml"));
  }

  Path write(String file, String text) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  void records(String party, String csv) throws IOException {
    write(party + "/records.csv", csv);
  }

  /** Says in the party's file whether it has data. */
  void partyFile(String party, boolean hasData) throws IOException {
    write(
        party + "/party.yaml",
        """
        identity: identity
        consortium: ../consortium.yaml
        state: state
        %spolicy: policy.yaml
        """
            .formatted(hasData ? "datasets: datasets.yaml\n" : ""));
  }

  /** A policy that allows the studies of {@link Studies} and nothing more. */
  void policy(String party, String approval, Map<String, String> moreDisclosures)
      throws IOException {
    String more =
        moreDisclosures.entrySet().stream()
            .map(entry -> "  " + entry.getKey() + ": " + entry.getValue() + "\n")
            .collect(Collectors.joining());
    write(
        party + "/policy.yaml",
        """
        submitters: [%s]
        approval: %s
        models: [linear, logistic, softmax, network]
        datasets: [study, grades, scores, wide, partial]
        suites: [rep3]
        minParties: 3
        minRows: 5
        maxReleases: 1000
        maxSplits: 10
        maxFailedJobs: 1000
        maxEpochs: 10000
        serving: {allowed: true, clients: [%s], rowsPerDayPerClient: %d}
        imports: {owners: ["*"], weights: [shared, public], outputs: [logits, class, topK]}
        disclose:
          rowCounts: parties
          loss: researcher
          accuracy: researcher
          r2: researcher
          prediction: client
        %s\
        """
            .formatted(RESEARCHER, approval, CLIENT, QUOTA, more));
  }

  Path enrol(Principal principal) throws Exception {
    return enrol(principal, home(principal.name()).resolve("identity"), authority);
  }

  private Path enrol(Principal principal, Path identity, ConsortiumAuthority issuer)
      throws Exception {
    EnrolmentRequest request = EnrolmentRequest.create(identity, principal, random);
    issuer.issue(request, DAYS, true, identity.resolve(Identity.CERTIFICATE_FILE));
    return identity;
  }

  /** An identity of the same authority that has expired. */
  Path expired(Principal principal, Path identity) throws Exception {
    Clock past = Clock.offset(Clock.systemUTC(), Duration.ofDays(-90));
    ConsortiumAuthority then =
        ConsortiumAuthority.open(directory.resolve("authority"), Passphrase::none, past, random);
    return enrol(principal, identity, then);
  }

  /** An identity of another authority that calls its consortium by the same name. */
  Path stranger(Principal principal, Path identity) throws Exception {
    Path other = directory.resolve("other-authority");
    ConsortiumAuthority issuer =
        Files.exists(other)
            ? ConsortiumAuthority.open(other, Passphrase::none, Clock.systemUTC(), random)
            : ConsortiumAuthority.create(other, NAME, Passphrase.none(), Clock.systemUTC(), random);
    return enrol(principal, identity, issuer);
  }

  Path profile(Principal principal) throws Exception {
    enrol(principal);
    return write(
        principal.name() + "/profile.yaml", "identity: identity\nconsortium: ../consortium.yaml\n");
  }

  private void writeConsortium() throws IOException {
    List<Integer> ports = freePorts(2 + 2 * parties.size());
    StringBuilder yaml = new StringBuilder("consortium: " + NAME + "\n");
    yaml.append("coordinator: {name: coordinator, control: \"127.0.0.1:" + ports.get(0));
    yaml.append("\", api: \"127.0.0.1:" + ports.get(1) + "\"}\nparties:\n");
    for (int i = 0; i < parties.size(); i++) {
      yaml.append("  - {name: " + parties.get(i) + ", control: \"127.0.0.1:");
      yaml.append(ports.get(2 + 2 * i) + "\", data: \"127.0.0.1:" + ports.get(3 + 2 * i) + "\"}\n");
    }
    write("consortium.yaml", yaml.toString());
  }

  /** Adds a party without data to the consortium file that all others read. */
  void add(String party) throws Exception {
    List<Integer> ports = freePorts(2);
    String entry =
        "  - {name: %s, control: \"127.0.0.1:%d\", data: \"127.0.0.1:%d\"}\n"
            .formatted(party, ports.get(0), ports.get(1));
    Path file = directory.resolve("consortium.yaml");
    Files.writeString(file, Files.readString(file) + entry);
    enrol(new Principal(Role.PARTY, party));
    partyFile(party, false);
    policy(party, "auto", Map.of());
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  // ---- nodes -----------------------------------------------------------------------------------

  void startCoordinator() throws Exception {
    coordinator =
        CoordinatorNode.start(
            CoordinatorConfig.load(home("coordinator").resolve("coordinator.yaml")), consortium());
    if (api == null) {
      api = ApiClient.of(ProfileConfig.load(profileOf(RESEARCHER)));
    }
  }

  void stopCoordinator() {
    coordinator.close();
  }

  void start(String... names) throws Exception {
    for (String name : names) {
      nodes.put(name, PartyNode.start(PartyConfig.load(config(name)), Clock.systemUTC()));
    }
    untilUp(List.of(names));
  }

  /** Starts a node that may not get in. */
  void startWithoutWaiting(String name) throws Exception {
    nodes.put(name, PartyNode.start(PartyConfig.load(config(name)), Clock.systemUTC()));
  }

  void stop(String name) {
    nodes.remove(name).close();
  }

  void untilUp(Collection<String> names) throws Exception {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      if (up().containsAll(names)) {
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new AssertionError("only " + up() + " are up");
  }

  Set<String> up() throws Exception {
    Set<String> up = new TreeSet<>();
    for (PartyView party : api.parties()) {
      if (party.up()) {
        up.add(party.name());
      }
    }
    return up;
  }

  // ---- jobs ------------------------------------------------------------------------------------

  ApiClient api() {
    return api;
  }

  JobId submit(JsonNode manifest) throws Exception {
    JobId id = JobId.random(random);
    byte[] bytes = Json.bytes(manifest);
    String key = keys().of(id, bytes, random).publicHex();
    api.submit(request(api.identity(), api.identity(), id, bytes, Optional.of(key)));
    return id;
  }

  private ResultKeys keys() throws Exception {
    return ResultKeys.of(ProfileConfig.load(profileOf(RESEARCHER)));
  }

  /** What all compute parties say of the job. */
  Results results(JobView job) throws Exception {
    CheckedResults checked =
        new ResultsReader(api.identity().trust(), keys()).read(job.id(), api.job(job.id()));
    assertThat(checked.problems()).isEmpty();
    assertThat(checked.state()).isEqualTo(CheckedResults.State.AGREED);
    return checked.results();
  }

  /** A request whose manifest is signed by one and whose submission by another. */
  static JobRequest request(
      Identity author, Identity submitter, JobId id, byte[] manifest, Optional<String> resultsKey) {
    SignedDocument signed = author.sign(Document.MANIFEST_KIND, manifest);
    return new JobRequest(
        signed,
        Document.sign(
            submitter,
            new SubmissionDocument(
                id, Papers.sha256(signed), Clock.systemUTC().instant(), resultsKey)));
  }

  /** The job at its end. */
  JobView run(ObjectNode manifest) throws Exception {
    return end(submit(manifest));
  }

  JobView end(JobId id) throws Exception {
    return until(id, job -> job.status().isFinal());
  }

  JobView until(JobId id, Predicate<JobView> condition) throws Exception {
    return until(api, id, condition);
  }

  /** The end of a job that only this researcher sees. */
  static JobView end(ApiClient api, JobId id) throws Exception {
    return until(api, id, job -> job.status().isFinal());
  }

  private static JobView until(ApiClient api, JobId id, Predicate<JobView> condition)
      throws Exception {
    JobView job = api.job(id);
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      if (condition.test(job)) {
        return job;
      }
      if (job.status().isFinal()) {
        throw new AssertionError("the job ended: " + job.status() + ", " + job.failure());
      }
      Thread.sleep(POLL_MILLIS);
      job = api.job(id);
    }
    throw new AssertionError("the job is " + job.status() + ", " + job.waitingFor());
  }

  // ---- questions -------------------------------------------------------------------------------

  Shell.Result predict(String model, String csv) throws IOException {
    return predict(CLIENT, model, csv);
  }

  Shell.Result predict(String client, String model, String csv) throws IOException {
    Path questions = write(CLIENT + "/questions.csv", csv);
    return Shell.run(
        "predict", "--profile", profileOf(client), "--model", model, "--csv", questions);
  }

  @Override
  public void close() {
    nodes.values().forEach(PartyNode::close);
    nodes.clear();
    if (coordinator != null) {
      coordinator.close();
    }
    if (api != null) {
      api.close();
    }
  }
}
