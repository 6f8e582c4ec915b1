package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import io.consilium.protocols.transport.TlsTrio;
import io.consilium.protocols.transport.TransportLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three parties that begin when the last of them is ready. */
@Timeout(60)
final class ReadinessTest {
  private static final long PULSE_MILLIS = 20;

  /** Ready after so many pulses. */
  private static Readiness.Condition<InterruptedException> after(
      int pulses, AtomicInteger counted) {
    return () -> {
      if (counted.getAndIncrement() >= pulses) {
        return true;
      }
      Thread.sleep(PULSE_MILLIS);
      return false;
    };
  }

  private static Void await(Channel channel, int pulses, AtomicInteger counted)
      throws InterruptedException {
    Readiness.await(channel, after(pulses, counted));
    channel.flush();
    return null;
  }

  @Test
  void allBeginWhenTheLastIsReady() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    List<AtomicInteger> counted = new ArrayList<>();
    List<Future<Void>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        AtomicInteger counter = new AtomicInteger();
        counted.add(counter);
        Channel channel = network.channel(party);
        running.add(threads.submit(() -> await(channel, 3 * party.ordinal(), counter)));
      }
      for (Future<Void> each : running) {
        each.get();
      }
    }

    assertThat(counted).extracting(AtomicInteger::get).containsOnly(7);
  }

  /** One party needs five times as long as the others bear silence. */
  @Test
  void aPartyThatWaitsIsNotTakenForSilent() throws Exception {
    Duration silence = Duration.ofMillis(400);
    try (TlsTrio trio = new TlsTrio(TransportLimits.DEFAULT.withSilence(silence))) {
      int pulses = (int) (5 * silence.toMillis() / PULSE_MILLIS);

      List<Void> ended =
          trio.run(channel ->
              await(channel, channel.self() == ComputeParty.P2 ? pulses : 0, new AtomicInteger()));

      assertThat(ended).hasSize(3);
    }
  }

  @Test
  void aPartyThatGivesNoSignOfLifeIsLost() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork((from, to, message, words) -> {}, 100);
    Channel channel = network.channel(ComputeParty.P0);

    assertThatThrownBy(() -> await(channel, 0, new AtomicInteger())).isInstanceOf(PeerLost.class);
  }

  @Test
  void aPartyThatSaysSomethingElseIsNamed() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    Channel liar = network.channel(ComputeParty.P1);
    liar.send(
        ComputeParty.P0, Message.words(new Step(0, Opcode.SYNCHRONISE), 0, 1), new long[] {2});

    assertThatThrownBy(() -> await(network.channel(ComputeParty.P0), 0, new AtomicInteger()))
        .isInstanceOf(ProtocolViolation.class)
        .hasMessageContaining("P1")
        .hasMessageContaining("neither ready nor waiting");
  }

  @Test
  void whatGoesWrongMeanwhileEndsTheWaiting() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork((from, to, message, words) -> {}, 500);
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Channel waiting = network.channel(ComputeParty.P0);
      Future<Void> other = threads.submit(() -> await(waiting, 1_000, new AtomicInteger()));

      assertThatThrownBy(() ->
              Readiness.await(
                  network.channel(ComputeParty.P1),
                  () -> {
                    throw new ExecutionException("the records cannot be read", null);
                  }))
          .isInstanceOf(ExecutionException.class);

      assertThatThrownBy(() -> other.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(PeerLost.class);
    }
  }
}
