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
import io.consilium.datasets.source.SiteDatasets;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.party.plan.JobPlan;
import io.consilium.party.plan.PlanCompiler;
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
   */
  public record Finding(String check, Result result, String detail) {}

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
    if (self.isEmpty()) {
      add("consortium", Result.FAIL, config.consortium() + " does not list this party");
      return findings;
    }
    listen("control", self.get().control());
    listen("data", self.get().data());
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
    findings.add(new Finding(check, result, detail));
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
          where + " cannot be listened on; that is right if this party's node is running");
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
      return Optional.of(datasets);
    } catch (DatasetException e) {
      add("data sets", Result.FAIL, e.getMessage());
      return Optional.empty();
    }
  }

  /** An opening that every party refuses: the refusal shows that it is there and trusts us. */
  private void knock(Identity identity, Consortium consortium, String peer) {
    String check = "peer " + peer;
    try (DataPlane dataPlane = new DataPlane(identity, consortium);
        Connection _ =
            dataPlane
                .dialer()
                .connect(
                    dataPlane.address(peer),
                    new Opening("check", new SessionId(0, 0)),
                    KNOCK_MAX)) {
      add(check, Result.PASS, "is up, mutual TLS is good");
    } catch (ConnectionException e) {
      switch (e.reason()) {
        case REJECTED -> add(check, Result.PASS, "is up, mutual TLS is good");
        case REFUSED, TIMEOUT, CLOSED, LOST -> add(check, Result.WARN, e.getMessage());
        case ADDRESS_IN_USE, BAD_ADDRESS, UNTRUSTED, WRONG_PEER, VIOLATION, STOPPED ->
            add(check, Result.FAIL, e.getMessage());
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
      JobPlan plan =
          new PlanCompiler(self, datasets)
              .compile(
                  Json.bytes(StrictYaml.tree(study)), new Principal(Role.RESEARCHER, researcher));
      plan.summary()
          .ownRows()
          .ifPresent(rows -> add("data", Result.PASS, rows + " records fit the schema"));
      for (RuleOutcome outcome : policy.explain(plan.summary())) {
        add(
            "policy " + outcome.rule(),
            outcome.allowed() ? Result.PASS : Result.FAIL,
            outcome.sentence());
      }
    } catch (DatasetException e) {
      add("data", Result.FAIL, e.getMessage());
    }
  }
}
