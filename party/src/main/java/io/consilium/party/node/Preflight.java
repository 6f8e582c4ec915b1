package io.consilium.party.node;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.config.StrictYaml;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.schema.AdmittedColumns;
import io.consilium.datasets.source.Dataset;
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.Purpose;
import io.consilium.party.ExitCode;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.job.SiteRecords;
import io.consilium.party.manifest.Manifest;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.PlanCompiler;
import io.consilium.party.plan.SiteDeclarations;
import io.consilium.party.policy.OwnData;
import io.consilium.party.policy.RuleOutcome;
import io.consilium.party.policy.SitePolicy;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.SessionId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Looks at a site before a job does. Reads, listens for a moment and knocks at the other parties;
 * changes nothing, and sends nothing of the data.
 */
public final class Preflight {
  private static final Duration KNOCK_MAX = Duration.ofSeconds(3);
  private static final Duration EXPIRY_SOON = Duration.ofDays(30);

  private final PartyConfig config;
  private final Clock clock;
  private final List<Finding> findings = new ArrayList<>();

  /** How a check went. */
  public enum Result {
    PASS,
    WARN,
    FAIL
  }

  /**
   * One line of the report.
   *
   * @param detail what was found and, if something is wrong, what to do
   * @param exit what a failure means for a script
   */
  public record Finding(String check, Result result, String detail, ExitCode exit) {}

  public Preflight(PartyConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  /**
   * Runs every check that makes sense after the ones before it.
   *
   * @param study a manifest whose data and permissions are to be checked
   * @param researcher who would submit it
   */
  public List<Finding> run(Optional<Path> study, String researcher)
      throws ConfigException, IdentityException {
    Identity identity = Identity.load(config.identity(), clock);
    Consortium consortium = Consortium.load(config.consortium());
    SitePolicy policy = SitePolicy.load(config.policy());
    add("configuration", Result.PASS, "party " + identity.principal().name());
    certificate(identity);
    Optional<Consortium.PartyNode> self = consortium.party(identity.principal().name());
    if (!consortium.consortium().equals(identity.trust().consortium())) {
      fail(
          "consortium",
          ExitCode.BAD_DATA,
          config.consortium()
              + " is of "
              + consortium.consortium()
              + ", the certificate is of "
              + identity.trust().consortium()
              + "; nobody of the other will talk to this node");
      return List.copyOf(findings);
    }
    if (self.isEmpty()) {
      fail("consortium", ExitCode.BAD_DATA, config.consortium() + " does not list this party");
      return List.copyOf(findings);
    }
    add("consortium", Result.PASS, consortium.consortium());
    Optional<NodeFacts> running = NodeFacts.ofRunning(config.state());
    if (running.isPresent()) {
      node(running.get(), consortium);
    } else {
      add("node", Result.WARN, "is not running; start it with \"consilium party run\"");
      listen("control", self.get().control());
      listen("data", self.get().data());
    }
    Optional<SiteDatasets> datasets = datasets();
    for (Consortium.PartyNode peer : consortium.parties()) {
      if (!peer.name().equals(self.get().name())) {
        knock(identity, consortium, peer.name());
      }
    }
    if (study.isPresent()) {
      study(identity.principal().name(), datasets, policy, study.get(), researcher);
    }
    return List.copyOf(findings);
  }

  private void add(String check, Result result, String detail) {
    findings.add(new Finding(check, result, detail, ExitCode.OK));
  }

  private void fail(String check, ExitCode exit, String detail) {
    findings.add(new Finding(check, Result.FAIL, detail, exit));
  }

  private void certificate(Identity identity) {
    Instant end = identity.certificate().getNotAfter().toInstant();
    Duration left = Duration.between(clock.instant(), end);
    boolean soon = left.compareTo(EXPIRY_SOON) < 0;
    add(
        "certificate",
        soon ? Result.WARN : Result.PASS,
        "valid for " + left.toDays() + " more days" + (soon ? "; request a new one now" : ""));
  }

  private void listen(String plane, Endpoint address) {
    String host = config.bind().orElse(address.host());
    String where = host + ":" + address.port();
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, address.port()));
      add("listen " + plane, Result.PASS, where + " is free");
    } catch (IOException e) {
      add(
          "listen " + plane,
          Result.WARN,
          where + " cannot be listened on: another program has it, or it is not of this machine");
    }
  }

  /** What the running node of this site says of itself. */
  private void node(NodeFacts facts, Consortium consortium) {
    if (facts.joined().isPresent()) {
      add(
          "node",
          Result.PASS,
          "runs since " + facts.started() + ", with the coordinator since " + facts.joined().get());
    } else {
      fail(
          "node",
          ExitCode.NOT_READY,
          "runs since "
              + facts.started()
              + ", but the coordinator at "
              + consortium.coordinator().control()
              + " does not answer it");
    }
    List<Path> changed = facts.changed(config);
    if (changed.isEmpty()) {
      add("node's files", Result.PASS, "the node uses the files as they are now");
    }
    for (Path file : changed) {
      fail(
          "node's files",
          ExitCode.NOT_READY,
          file
              + " is not as the running node uses it; its log says why, and a restart takes it up");
    }
  }

  private Optional<SiteDatasets> datasets() {
    if (config.datasets().isEmpty()) {
      add("data sets", Result.PASS, "none; this party only computes");
      return Optional.empty();
    }
    try {
      SiteDatasets datasets = SiteDatasets.load(config.datasets().get());
      add("data sets", Result.PASS, String.join(", ", datasets.names()));
      for (String name : new TreeSet<>(datasets.names())) {
        datasets.find(name).ifPresent(this::declaration);
      }
      return Optional.of(datasets);
    } catch (DatasetException e) {
      fail("data sets", ExitCode.BAD_DATA, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Whether the records are as the site declares. What is said here stays here: a researcher gets a
   * constant sentence in its place.
   */
  private void declaration(Dataset dataset) {
    String check = "data set " + dataset.name();
    if (dataset.admission().isEmpty()) {
      add(
          check,
          Result.WARN,
          "has no key 'admits', so no study may use it; declare its columns and records, see"
              + " docs/data.md");
      return;
    }
    try {
      DataTable table = dataset.records();
      add(check, Result.PASS, table.rows() + " records are as declared under 'admits'");
    } catch (DatasetException e) {
      fail(check, ExitCode.BAD_DATA, e.getMessage());
    }
  }

  /** An opening that every party refuses: the refusal shows that it is there and trusts us. */
  private void knock(Identity identity, Consortium consortium, String peer) {
    String check = "peer " + peer;
    try (DataPlane dataPlane = new DataPlane(identity, consortium);
        Connection _ =
            dataPlane
                .dialer()
                .connectIfUp(
                    dataPlane.address(peer),
                    new Opening("check", new SessionId(0, 0)),
                    KNOCK_MAX)) {
      add(check, Result.PASS, "is up, mutual TLS is good");
    } catch (ConnectionException e) {
      switch (e.reason()) {
        case REJECTED -> add(check, Result.PASS, "is up, mutual TLS is good");
        case REFUSED, TIMEOUT, CLOSED, LOST -> add(check, Result.WARN, e.getMessage());
        case UNTRUSTED, WRONG_PEER -> fail(check, ExitCode.NOT_ALLOWED, e.getMessage());
        case ADDRESS_IN_USE, BAD_ADDRESS, VIOLATION, STOPPED ->
            fail(check, ExitCode.UNAVAILABLE, e.getMessage());
      }
    }
  }

  private void study(
      String self,
      Optional<SiteDatasets> datasets,
      SitePolicy policy,
      Path study,
      String researcher)
      throws ConfigException {
    try {
      byte[] document = Json.bytes(StrictYaml.tree(study));
      JobPlan plan = PlanCompiler.compile(document, new Principal(Role.RESEARCHER, researcher));
      OwnData own = plan.own(new SiteDeclarations(self, datasets));
      for (RuleOutcome outcome : policy.explain(plan.summary(), own)) {
        if (outcome.allowed()) {
          add("policy " + outcome.rule(), Result.PASS, outcome.sentence());
        } else {
          fail("policy " + outcome.rule(), ExitCode.NOT_ALLOWED, outcome.sentence());
        }
      }
      if (!(own instanceof OwnData.None)) {
        data(self, plan.manifest(), datasets.flatMap(all -> all.find(plan.manifest().dataset())));
      }
    } catch (DatasetException e) {
      fail("study", ExitCode.BAD_DATA, e.getMessage());
    }
  }

  /** Whether the site's records would do for the study. */
  private void data(String self, Manifest manifest, Optional<Dataset> dataset) {
    if (dataset.isEmpty()) {
      fail("data", ExitCode.BAD_DATA, "there is no data set '" + manifest.dataset() + "' here");
      return;
    }
    if (dataset.get().admission().isEmpty()) {
      fail("data", ExitCode.BAD_DATA, suggestion(manifest, dataset.get()));
      return;
    }
    try {
      SiteRecords records = SiteRecords.read(dataset.get(), manifest, self);
      add("data", Result.PASS, records.total() + " records fit the schema");
      records.narrowRanges().forEach(use -> add("range", Result.WARN, use.sentence()));
    } catch (DatasetException e) {
      fail("data", ExitCode.BAD_DATA, e.getMessage());
    }
  }

  /**
   * What the person could write; whether the ranges are the site's own to admit is theirs to say.
   */
  private static String suggestion(Manifest manifest, Dataset dataset) {
    String columns = AdmittedColumns.forStudy(manifest.schema()).toString();
    String missing =
        "the data set has no key 'admits'; this would admit what the study reads, if you agree:"
            + "\n  admits: {records: %s, columns: %s}";
    try {
      DataTable table = dataset.read(manifest.schema(), Purpose.TRAINING);
      return missing.formatted(table.rows(), columns);
    } catch (DatasetException e) {
      return missing.formatted("N", columns) + "\n  and its records do not fit: " + e.getMessage();
    }
  }
}
