package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.prf.Address;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.prf.MaskSource;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Traffic;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyAgreementTest {
  private static final SessionDescription SESSION = session(1);

  private static SessionDescription session(int program) {
    return new SessionDescription(
        filled(16, 7),
        filled(32, program),
        List.of(filled(32, 3), filled(32, 0xf0), filled(32, 1)));
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** What one party brings. */
  private record Setup(
      SessionDescription session, RandomGenerator random, UnaryOperator<Channel> channel) {
    static Setup honest() {
      return new Setup(SESSION, new SecureRandom(), channel -> channel);
    }
  }

  /** The parties' results, or their failures. */
  private static List<Object> agree(Setup... setups) throws InterruptedException {
    InMemoryNetwork network = new InMemoryNetwork((from, to, message, words) -> {}, 2_000);
    List<Future<AgreedKeys>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        Setup setup = setups[party.ordinal()];
        Channel channel = setup.channel().apply(network.channel(party));
        futures.add(
            threads.submit(() -> {
              try (channel) {
                return new KeyAgreement(setup.random(), AddressLedger.NONE)
                    .agree(channel, setup.session(), 0);
              }
            }));
      }
    }
    List<Object> results = new ArrayList<>();
    for (Future<AgreedKeys> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        results.add(e.getCause());
      }
    }
    return results;
  }

  private static List<AgreedKeys> agreed() throws InterruptedException {
    return agree(Setup.honest(), Setup.honest(), Setup.honest()).stream()
        .map(AgreedKeys.class::cast)
        .toList();
  }

  private static long[] sample(MaskSource function) {
    return function.words(new Address(5, 1, Purpose.ZERO_SHARE), 4);
  }

  @Test
  void thePartiesAgreeOnKeysAndIncarnation() throws Exception {
    List<AgreedKeys> agreed = agreed();

    for (int i = 0; i < 3; i++) {
      AgreedKeys mine = agreed.get(i);
      AgreedKeys nextParty = agreed.get((i + 1) % 3);
      assertThat(mine.incarnation()).hasSize(16).isEqualTo(nextParty.incarnation());
      assertThat(sample(mine.keys().next())).isEqualTo(sample(nextParty.keys().own()));
      assertThat(sample(mine.keys().own())).isNotEqualTo(sample(mine.keys().next()));
    }
    assertThat(sample(agreed.get(0).keys().own()))
        .isNotEqualTo(sample(agreed.get(1).keys().next()));
  }

  @Test
  void twoRunsHaveNothingInCommon() throws Exception {
    AgreedKeys first = agreed().getFirst();
    AgreedKeys second = agreed().getFirst();

    assertThat(first.incarnation()).isNotEqualTo(second.incarnation());
    assertThat(sample(first.keys().own())).isNotEqualTo(sample(second.keys().own()));
    assertThat(sample(first.keys().next())).isNotEqualTo(sample(second.keys().next()));
  }

  @Test
  void oneRandomPartyMakesAnIncarnationNew() throws Exception {
    Setup repeating = new Setup(SESSION, new SplittableRandom(1), channel -> channel);
    Setup repeatingAgain = new Setup(SESSION, new SplittableRandom(1), channel -> channel);

    Object first = agree(repeating, Setup.honest(), repeating).getFirst();
    Object second = agree(repeatingAgain, Setup.honest(), repeatingAgain).getFirst();

    assertThat(((AgreedKeys) first).incarnation())
        .isNotEqualTo(((AgreedKeys) second).incarnation());
  }

  /** Message parts 0 to 2 are commitments, values and confirmation; every word of each counts. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aPartyThatChangesAnyWordIsCaught(int part) throws Exception {
    int words = new int[] {8, 16, 4}[part];
    for (int word = 0; word < words; word++) {
      int changed = word;
      Setup cheating =
          new Setup(
              SESSION,
              new SecureRandom(),
              channel -> new Altering(channel, ComputeParty.P2, part, changed));

      List<Object> results = agree(Setup.honest(), cheating, Setup.honest());

      assertThat(results.get(2))
          .as("part %d word %d", part, word)
          .isInstanceOfSatisfying(
              ProtocolViolation.class, e -> assertThat(e.peer()).isEqualTo(ComputeParty.P1));
    }
  }

  @Test
  void aPartyThatTellsTheOthersDifferentIncarnationsIsNoticed() throws Exception {
    Setup cheating = new Setup(SESSION, new SecureRandom(), Equivocating::new);

    List<Object> results = agree(cheating, Setup.honest(), Setup.honest());

    assertThat(results.get(1)).isInstanceOf(ProtocolViolation.class);
    assertThat(results.get(2)).isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void differentProgramsAreNoticed() throws Exception {
    Setup other = new Setup(session(2), new SecureRandom(), channel -> channel);

    List<Object> results = agree(Setup.honest(), Setup.honest(), other);

    assertThat(results.get(0))
        .isInstanceOfSatisfying(
            ProtocolViolation.class, e -> assertThat(e.peer()).isEqualTo(ComputeParty.P2))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("programs differ");
  }

  @Test
  void derivesTheRecordedKeys() {
    byte[] lower = new byte[32];
    byte[] higher = new byte[32];
    for (int i = 0; i < 32; i++) {
      lower[i] = (byte) i;
      higher[i] = (byte) (32 + i);
    }

    byte[] master = KeyDerivation.master(lower, higher, SESSION, 2);

    assertThat(HexFormat.of().formatHex(master))
        .isEqualTo("ee4a612d4957d900e89142682131488f45cef531695124c3e4cae848e19fb2e2");
    assertThat(HexFormat.of().formatHex(KeyDerivation.phaseKey(master, filled(16, 9), 1)))
        .isEqualTo("fcc17982efae57a5afefa613c5fbf195");
  }

  @Test
  void otherProgramsHaveOtherKeys() {
    byte[] lower = filled(32, 4);
    byte[] higher = filled(32, 5);

    assertThat(KeyDerivation.master(lower, higher, session(1), 0))
        .isEqualTo(KeyDerivation.master(lower, higher, session(1), 0))
        .isNotEqualTo(KeyDerivation.master(lower, higher, session(2), 0));
  }

  @Test
  void aDescriptionOfWrongLengthsIsRefused() {
    assertThatThrownBy(() -> new SessionDescription(new byte[15], new byte[32], List.of()))
        .hasMessage("a session id has 16 bytes, not 15");
  }

  @Test
  void nothingPrintsAKey() throws Exception {
    assertThat(agreed().getFirst().toString()).isEqualTo("AgreedKeys[***]");
  }

  /** Flips a bit of one word of one message to one peer. */
  private record Altering(Channel channel, ComputeParty victim, int part, int word)
      implements Delegating {
    @Override
    public void send(ComputeParty to, Message message, long[] words, int from) {
      long[] altered = words.clone();
      if (to == victim && message.part() == part) {
        altered[from + word] ^= 1L << 17;
      }
      channel.send(to, message, altered, from);
    }
  }

  /** Gives P2 the commitment and the values of another incarnation than P1. */
  private record Equivocating(Channel channel) implements Delegating {
    @Override
    public void send(ComputeParty to, Message message, long[] words, int from) {
      long[] altered = words.clone();
      if (to == ComputeParty.P2 && message.part() == 0) {
        byte[] commitment =
            Digests.of("commitment")
                .with("incarnation")
                .with("P0")
                .with(SESSION.sessionId())
                .with(new byte[32])
                .with(new byte[32])
                .digest();
        System.arraycopy(ByteWords.of(commitment), 0, altered, from + 4, 4);
      } else if (to == ComputeParty.P2 && message.part() == 1) {
        Arrays.fill(altered, from + 8, from + 16, 0);
      }
      channel.send(to, message, altered, from);
    }
  }

  /** A channel of a party that cheats. */
  private interface Delegating extends Channel {
    Channel channel();

    @Override
    default ComputeParty self() {
      return channel().self();
    }

    @Override
    default void receive(ComputeParty from, Message message, long[] words, int at) {
      channel().receive(from, message, words, at);
    }

    @Override
    default void bearSilence(Duration longest) {
      channel().bearSilence(longest);
    }

    @Override
    default void push() {
      channel().push();
    }

    @Override
    default void flush() {
      channel().flush();
    }

    @Override
    default Traffic traffic() {
      return channel().traffic();
    }

    @Override
    default void close() {
      channel().close();
    }
  }
}
