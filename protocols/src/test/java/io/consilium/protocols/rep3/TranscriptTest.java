package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which messages are sent, in which order and how long, does not depend on the inputs. */
final class TranscriptTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  record Inputs(String name, long[] a, long[] b) {
    @Override
    public String toString() {
      return name;
    }
  }

  record Sent(ComputeParty to, Message message, int words) {}

  private static long[] all(long value) {
    return LongStream.generate(() -> value).limit(EveryInstruction.SIZE).toArray();
  }

  private static Stream<Inputs> inputs() {
    Random random = new Random(SEED);
    long[] uniform = random.longs(EveryInstruction.SIZE).toArray();
    long[] ages =
        random.doubles(EveryInstruction.SIZE, 20, 90).mapToLong(x -> (long) (x * 65536)).toArray();
    long[] labels = random.longs(EveryInstruction.SIZE, 0, 2).map(x -> x << 16).toArray();
    long[] alternating = uniform.clone();
    Arrays.setAll(alternating, i -> i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
    return Stream.of(
        new Inputs("all greatest", all(Long.MAX_VALUE), all(Long.MAX_VALUE)),
        new Inputs("all smallest", all(Long.MIN_VALUE), all(-1)),
        new Inputs("uniform", uniform, alternating),
        new Inputs("like records", ages, labels),
        new Inputs("one half unit off zero", all(1L << 15), all(-1L << 15)),
        new Inputs("greatest and smallest by turns", alternating, alternating));
  }

  private static Map<ComputeParty, List<Sent>> transcript(long[] a, long[] b) {
    Map<ComputeParty, List<Sent>> sent = new EnumMap<>(ComputeParty.class);
    for (ComputeParty party : ComputeParty.values()) {
      sent.put(party, new ArrayList<>()); // each is filled by its own party's thread
    }
    InMemoryNetwork network =
        new InMemoryNetwork(
            (from, to, message, words) -> sent.get(from).add(new Sent(to, message, words.length)),
            20_000);
    var _ =
        new ThreeParties(SEED, network, AddressLedger.NONE, AddressLedger.NONE, AddressLedger.NONE)
            .run(backend -> {
              EveryInstruction.run(backend, 1, a, b);
              return backend.self();
            });
    return sent;
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void hasTheShapeOfTheTranscriptForZeros(Inputs inputs) {
    Map<ComputeParty, List<Sent>> ofZeros = transcript(all(0), all(0));

    assertThat(ofZeros.values()).allSatisfy(sent -> assertThat(sent).hasSizeGreaterThan(20));
    assertThat(transcript(inputs.a(), inputs.b())).isEqualTo(ofZeros);
  }
}
