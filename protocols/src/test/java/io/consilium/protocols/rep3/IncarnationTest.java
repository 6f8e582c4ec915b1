package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.transport.InMemoryNetwork;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/**
 * A repeated attempt masks with new words (rule R2). With the old ones, the difference of a message
 * and its repetition would be the difference of two plain values.
 */
final class IncarnationTest {
  private static final byte[] MASTER = new byte[KeyDerivation.MASTER_BYTES];
  private static final int WORDS = 1 << 18;

  private static byte[] key(int share, long incarnation, int phase) {
    byte[] master = MASTER.clone();
    master[0] = (byte) share;
    byte[] bytes = ByteBuffer.allocate(16).putLong(8, incarnation).array();
    return KeyDerivation.phaseKey(master, bytes, phase);
  }

  private static Prf prf(int share, long incarnation) {
    return new Prf("share " + share, key(share, incarnation, 0), AddressLedger.NONE);
  }

  @Test
  void incarnationsPhasesAndSharesHaveUnrelatedStreams() {
    Address address = new Address(0, 0, Purpose.ZERO_SHARE);
    List<long[]> streams = new ArrayList<>();
    for (int share = 0; share < 3; share++) {
      for (long incarnation : new long[] {0, 1, 2, 1L << 40}) {
        for (int phase = 0; phase < 2; phase++) {
          Prf prf = new Prf("test", key(share, incarnation, phase), AddressLedger.NONE);
          streams.add(prf.words(address, 1 << 14));
        }
      }
    }

    for (int i = 0; i < streams.size(); i++) {
      for (int j = 0; j < i; j++) {
        long[] exclusiveOr = RingVector.xor(streams.get(i), streams.get(j));
        assertThat(WordStatistics.of(exclusiveOr).bitDeviation()).isLessThan(6);
      }
    }
  }

  private static Map<String, long[]> messagesOfAProduct(long incarnation, long secret) {
    Map<String, long[]> messages = new ConcurrentHashMap<>();
    InMemoryNetwork network =
        new InMemoryNetwork(
            (from, to, message, words) -> messages.put(from + " to " + to, words), 20_000);
    long[] x = new long[WORDS];
    Arrays.fill(x, secret);
    Shares shares = Shares.bare(x);
    var _ =
        ThreeSessions.run(
            network,
            party ->
                new SessionKeys(
                    prf(party.ordinal(), incarnation), prf(party.next().ordinal(), incarnation)),
            session -> {
              ReplicatedTensor own =
                  shares.at(session.self(), Shape.vector(WORDS), FixedPoint.INTEGER);
              return new ReplicatedProduct(session).elementwise(own, own);
            });
    return new TreeMap<>(messages);
  }

  @Test
  void aRepetitionWithOtherDataSaysNothing() {
    Map<String, long[]> first = messagesOfAProduct(1, 5);
    Map<String, long[]> again = messagesOfAProduct(2, 6);

    assertThat(first).hasSize(ComputeParty.values().length);
    first.forEach((link, words) ->
        assertThat(WordStatistics.of(RingVector.subtract(words, again.get(link))).isUniform())
            .as(link)
            .isTrue());
  }

  /** The same check under one incarnation: 6 * 6 - 5 * 5 stands on the link of P0. */
  @Test
  void aRepetitionUnderTheSameIncarnationIsNoticed() {
    Map<String, long[]> first = messagesOfAProduct(1, 5);
    Map<String, long[]> again = messagesOfAProduct(1, 6);

    assertThat(RingVector.subtract(again.get("P0 to P2"), first.get("P0 to P2")))
        .containsOnly(6 * 6 - 5 * 5);
  }
}
