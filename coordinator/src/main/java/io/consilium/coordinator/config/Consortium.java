package io.consilium.coordinator.config;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public file {@code consortium.yaml}, the same at every node: who takes part, and where.
 *
 * @param consortium the consortium's name, which every certificate carries as its organisation
 * @param coordinator the coordinator's name and addresses
 * @param parties one entry per hospital, in a fixed order
 */
public record Consortium(String consortium, CoordinatorNode coordinator, List<PartyNode> parties) {

  /** The most parties of one consortium. */
  public static final int PARTIES_MAX = 32;

  /**
   * The coordinator.
   *
   * @param control where parties reach it: the cluster
   * @param api where researchers reach it: HTTPS
   */
  public record CoordinatorNode(String name, Endpoint control, Endpoint api) {
    /** Refuses names that no certificate can carry. */
    public CoordinatorNode {
      requireName(name);
    }
  }

  /**
   * A hospital.
   *
   * @param control where the cluster reaches it
   * @param data where the other parties and clients reach it with shares
   */
  public record PartyNode(String name, Endpoint control, Endpoint data) {
    /** Refuses names that no certificate can carry. */
    public PartyNode {
      requireName(name);
    }
  }

  /** Refuses duplicate names and addresses. */
  public Consortium {
    requireName(consortium);
    parties = List.copyOf(parties);
    if (parties.isEmpty() || parties.size() > PARTIES_MAX) {
      throw new IllegalArgumentException(
          "lists " + parties.size() + " parties; there may be 1 to " + PARTIES_MAX);
    }
    requireDistinct("name", parties.stream().map(PartyNode::name));
    requireDistinct(
        "address",
        Stream.concat(
                Stream.of(coordinator.control(), coordinator.api()),
                parties.stream().flatMap(party -> Stream.of(party.control(), party.data())))
            .map(Endpoint::toString));
  }

  /** Reads the file. */
  public static Consortium load(Path file) throws ConfigException {
    return StrictYaml.read(file, Consortium.class);
  }

  /** The party of this name. */
  public Optional<PartyNode> party(String name) {
    return parties.stream().filter(party -> party.name().equals(name)).findFirst();
  }

  /** The names of all parties, in the file's order. */
  public List<String> partyNames() {
    return parties.stream().map(PartyNode::name).toList();
  }

  /** Whether this principal is the coordinator or one of the parties listed here. */
  public boolean isNode(Principal principal) {
    return isCoordinator(principal)
        || (principal.role() == Role.PARTY && party(principal.name()).isPresent());
  }

  /** Whether this principal is the coordinator named here. */
  public boolean isCoordinator(Principal principal) {
    return principal.role() == Role.COORDINATOR && principal.name().equals(coordinator.name());
  }

  /** Where a principal's cluster node is reached. */
  public Optional<Endpoint> control(Principal principal) {
    if (isCoordinator(principal)) {
      return Optional.of(coordinator.control());
    }
    return principal.role() == Role.PARTY
        ? party(principal.name()).map(PartyNode::control)
        : Optional.empty();
  }

  private static void requireName(String name) {
    if (!Principal.isName(name)) {
      throw new IllegalArgumentException(
          "has the name \""
              + name
              + "\"; a name is a small letter followed by up to 38 small letters, digits or"
              + " hyphens");
    }
  }

  private static void requireDistinct(String what, Stream<String> values) {
    Set<String> seen = new HashSet<>();
    String twice =
        values.filter(value -> !seen.add(value)).distinct().collect(Collectors.joining(", "));
    if (!twice.isEmpty()) {
      throw new IllegalArgumentException("uses the " + what + " " + twice + " more than once");
    }
  }
}
