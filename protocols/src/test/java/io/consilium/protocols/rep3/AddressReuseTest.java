package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.Prf;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.transport.InMemoryNetwork;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No key expands an address twice (rule R1), and both holders expand it to the same length. */
final class AddressReuseTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  /** What one party expanded, and an error as soon as it does so twice. */
  private static final class Ledger implements AddressLedger {
    private final Map<String, Map<Address, Long>> words = new HashMap<>();
    private final Map<String, Map<Address, TreeMap<Long, Long>>> ranges = new HashMap<>();

    @Override
    public void expanded(String keyName, Address address, long count) {
      words.computeIfAbsent(keyName, key -> new HashMap<>()).put(address, count);
      TreeMap<Long, Long> taken =
          ranges
              .computeIfAbsent(keyName, key -> new HashMap<>())
              .computeIfAbsent(address.at(0), purpose -> new TreeMap<>());
      long from = address.firstWord();
      long end = from + count + count % 2; // a block of two words is taken as a whole
      Map.Entry<Long, Long> before = taken.lowerEntry(end);
      if (before != null && before.getValue() > from) {
        throw new AssertionError(keyName + " expanded " + address + " twice");
      }
      taken.put(from, end);
    }

    Map<Address, Long> of(ComputeParty share) {
      return words.getOrDefault("key of share " + share.ordinal(), Collections.emptyMap());
    }
  }

  private static List<Ledger> ledgersOf(int times) {
    return ledgersOf(times, EveryInstruction.SIZE, Pieces.DEFAULT.elementsMax());
  }

  private static List<Ledger> ledgersOf(int times, int size, int piece) {
    List<Ledger> ledgers = Stream.generate(Ledger::new).limit(3).toList();
    Random random = new Random(SEED);
    long[] a = random.longs(size, -1 << 20, 1 << 20).toArray();
    long[] b = random.longs(size, -1 << 20, 1 << 20).toArray();
    var _ =
        new ThreeParties(SEED, new InMemoryNetwork(), ledgers.toArray(new AddressLedger[0]))
            .inPieces(piece)
            .run(backend -> {
              EveryInstruction.run(backend, times, a, b);
              return backend.self();
            });
    return ledgers;
  }

  @Test
  void noAddressIsExpandedTwiceInALongProgram() {
    List<Ledger> ledgers = ledgersOf(100);

    for (ComputeParty party : ComputeParty.values()) {
      assertThat(ledgers.get(party.ordinal()).of(party)).hasSizeGreaterThan(1000);
    }
  }

  /** Every piece of a vector takes its masks from a range of its own. */
  @Test
  void noAddressIsExpandedTwiceByThePiecesOfAVector() {
    List<Ledger> ledgers = ledgersOf(2, 10 * EveryInstruction.SIZE + 14, 128);

    assertThat(ledgers.getFirst().of(ComputeParty.P0).keySet())
        .anyMatch(address -> address.block() > 0);
  }

  /** A mask that one holder stretches further than the other would leave the two out of step. */
  @Test
  void bothHoldersOfAKeyExpandTheSameAddressesToTheSameLength() {
    List<Ledger> ledgers = ledgersOf(3);

    for (ComputeParty share : ComputeParty.values()) {
      Map<Address, Long> atOwner = ledgers.get(share.ordinal()).of(share);
      Map<Address, Long> atOther = ledgers.get(share.previous().ordinal()).of(share);
      atOwner.forEach(
          (address, words) -> assertThat(atOther.getOrDefault(address, words)).isEqualTo(words));
      assertThat(atOwner).isNotEmpty();
      assertThat(atOther).isNotEmpty();
    }
  }

  /** The tests above rest on a ledger that notices. */
  @Test
  void aSecondExpansionIsNoticed() {
    Ledger ledger = new Ledger();
    Prf prf = new Prf("key of share 0", new byte[16], ledger);
    Address address = new Address(7, 0, Purpose.ZERO_SHARE);
    var _ = prf.words(address, 3);

    assertThatThrownBy(() -> prf.words(address, 3)).hasMessageContaining("twice");
    assertThatThrownBy(() -> prf.words(address.at(2), 1)).hasMessageContaining("twice");
    assertThat(prf.words(address.at(4), 1)).hasSize(1);
  }
}
