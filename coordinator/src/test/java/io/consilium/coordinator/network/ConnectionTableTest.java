package io.consilium.coordinator.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.network.ConnectionTable.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gives way to whom. */
final class ConnectionTableTest {

  private static final Principal ANNA = new Principal(Role.RESEARCHER, "anna");
  private static final Principal BERT = new Principal(Role.RESEARCHER, "bert");

  private final ConnectionTable table =
      new ConnectionTable(new ConnectionLimits(Duration.ofSeconds(5), 2, 3, 4));
  private final List<String> closed = new ArrayList<>();

  @Test
  void theOldestThatIsNotKnownGivesWay() {
    Entry first = arrived("first");
    Entry second = arrived("second");
    Entry third = arrived("third");

    assertThat(closed).containsExactly("first");
    assertThat(table.authenticated(first, ANNA)).isFalse();
    assertThat(table.authenticated(second, ANNA)).isTrue();
    table.handshakeIsOver(second);
    table.handshakeIsOver(third);
    assertThat(closed).containsExactly("first", "third");
  }

  @Test
  void aPrincipalCompetesWithItsOwnAndItsIdleOnesGoFirst() {
    known("a1", ANNA);
    Entry second = known("a2", ANNA);
    known("a3", ANNA);
    known("b1", BERT);
    table.idle(second, true);

    known("a4", ANNA);
    known("a5", ANNA);

    assertThat(closed).containsExactly("a2", "a1");
  }

  @Test
  void whenAllPlacesAreTakenWhoHasMostGivesOneUp() {
    known("a1", ANNA);
    known("a2", ANNA);
    known("a3", ANNA);
    known("b1", BERT);

    known("b2", BERT);

    assertThat(closed).containsExactly("a1");
  }

  @Test
  void whoLeftCountsNoMore() {
    List<Entry> entries =
        List.of(known("a1", ANNA), known("a2", ANNA), known("a3", ANNA), known("b1", BERT));
    entries.forEach(table::left);
    assertThat(table.isBusy()).isFalse();

    known("a4", ANNA);
    known("a5", ANNA);
    known("a6", ANNA);
    known("b2", BERT);

    assertThat(closed).isEmpty();
    assertThat(table.isBusy()).isTrue();
    table.closeThoseOf(BERT::equals);
    assertThat(closed).containsExactly("b2");
    table.closeAll();
    assertThat(closed).hasSize(4);
  }

  private Entry known(String name, Principal principal) {
    Entry entry = arrived(name);
    assertThat(table.authenticated(entry, principal)).isTrue();
    return entry;
  }

  private Entry arrived(String name) {
    return table.arrived(() -> closed.add(name));
  }
}
