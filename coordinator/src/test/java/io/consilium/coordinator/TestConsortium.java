package io.consilium.coordinator;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.CoordinatorConfig;
import io.consilium.coordinator.identity.Certificates.Authority;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A consortium of real certificates and free ports on the loopback interface, in a directory. */
public final class TestConsortium {

  public static final String NAME = "heart-study";

  private final Path directory;
  private final Authority authority;

  private TestConsortium(Path directory, Authority authority) {
    this.directory = directory;
    this.authority = authority;
  }

  public static TestConsortium of(Path directory, String... parties) throws Exception {
    TestConsortium made = new TestConsortium(directory, Authority.of(NAME));
    List<Integer> ports = freePorts(2 + 2 * parties.length);
    StringBuilder yaml = new StringBuilder("consortium: " + NAME + "\n");
    yaml.append("coordinator: {name: coordinator, control: \"127.0.0.1:" + ports.get(0));
    yaml.append("\", api: \"127.0.0.1:" + ports.get(1) + "\"}\nparties:\n");
    for (int i = 0; i < parties.length; i++) {
      yaml.append("  - {name: " + parties[i] + ", control: \"127.0.0.1:" + ports.get(2 + 2 * i));
      yaml.append("\", data: \"127.0.0.1:" + ports.get(3 + 2 * i) + "\"}\n");
    }
    Files.writeString(made.file(), yaml.toString());
    Files.writeString(
        directory.resolve("coordinator.yaml"),
        """
        identity: coordinator-coordinator
        consortium: consortium.yaml
        state: state
        partyWaitSeconds: 3
        """);
    made.identity(Role.COORDINATOR, "coordinator");
    return made;
  }

  public Path directory() {
    return directory;
  }

  public Authority authority() {
    return authority;
  }

  public Path file() {
    return directory.resolve("consortium.yaml");
  }

  public Consortium consortium() throws Exception {
    return Consortium.load(file());
  }

  public CoordinatorConfig coordinatorConfig() throws Exception {
    return CoordinatorConfig.load(directory.resolve("coordinator.yaml"));
  }

  public Identity identity(Role role, String name) throws Exception {
    Path home = directory.resolve(role.label() + "-" + name);
    if (!Files.exists(home)) {
      authority.identity(home, new Principal(role, name));
    }
    return Identity.load(home);
  }

  /** A profile file of this principal. */
  public Path profile(Role role, String name) throws Exception {
    identity(role, name);
    return profile(directory.resolve(role.label() + "-" + name));
  }

  /** A profile file with this identity. */
  public Path profile(Path identity) throws IOException {
    Path profile = directory.resolve("profile-" + identity.getFileName() + ".yaml");
    return Files.writeString(profile, "identity: " + identity + "\nconsortium: consortium.yaml\n");
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
}
