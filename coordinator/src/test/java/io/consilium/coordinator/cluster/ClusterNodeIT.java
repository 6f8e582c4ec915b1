package io.consilium.coordinator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.TestConsortium;
import io.consilium.coordinator.identity.Role;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterNodeIT {

  private static final int POLLS_MAX = 600;

  @TempDir private Path directory;

  @Test
  void aNodeThatWasGivenUpComesBackUnderANewIdentity() throws Exception {
    TestConsortium consortium = TestConsortium.of(directory, "hospital-a");
    try (ClusterNode coordinator = node(consortium, Role.COORDINATOR, "coordinator");
        ClusterNode party = node(consortium, Role.PARTY, "hospital-a")) {
      until(() -> isUp(party) && isUp(coordinator));
      ActorSystem<Void> before = party.system();
      Cluster cluster = Cluster.get(before);

      cluster.manager().tell(Down.apply(cluster.selfMember().address()));

      until(() -> party.system().startTime() != before.startTime() && isUp(party));
      until(() -> Cluster.get(coordinator.system()).state().members().size() == 2);
      assertThat(party.whenStopped()).isNotDone();
      assertThat(
              coordinator.system().settings().config().getString("pekko.remote.artery.transport"))
          .isEqualTo("tls-tcp");
      assertThat(
              coordinator
                  .system()
                  .settings()
                  .config()
                  .getBoolean("pekko.remote.artery.untrusted-mode"))
          .isTrue();
    }
  }

  private static ClusterNode node(TestConsortium consortium, Role role, String name)
      throws Exception {
    return ClusterNode.start(
        new ClusterNode.Settings(
            consortium.consortium(), consortium.identity(role, name), Optional.empty(), false),
        Behaviors::empty);
  }

  private static boolean isUp(ClusterNode node) {
    return Cluster.get(node.system()).selfMember().status().equals(MemberStatus.up());
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      if (condition.getAsBoolean()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("it did not happen");
  }
}
