package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.BitPlanes;
import io.consilium.protocols.ring.ConvolutionGeometry;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.ring.RingWidth;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every message of every protocol looks uniform whatever the secrets, 2^20 words of each.
 *
 * <p>The secrets are fixed, and so are their shares: (x, 0, 0) has no randomness at all, so that
 * everything a message hides is hidden by its own masks. Packed elements and bit planes are judged
 * as the words that travel. The AND gates inside a larger protocol are pooled per link; they are
 * judged in full as a protocol of their own.
 */
final class UniformityTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int WORDS = 1 << 20;
  private static final int RUNS_MAX = 64;

  /** The code of one party over so many elements of fixed secrets. */
  @FunctionalInterface
  interface Protocol {
    void run(Rep3Session session, Fixed fixed);
  }

  /** A protocol, the kind of its own messages, and the elements of one run. */
  record Case(String name, Opcode opcode, int elements, Protocol protocol) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Two fixed vectors with shares that hide nothing. */
  record Fixed(int elements, Shares x, Shares y) {
    static Fixed of(int elements, long x, long y) {
      long[] xs = new long[elements];
      long[] ys = new long[elements];
      Arrays.fill(xs, x);
      Arrays.fill(ys, y);
      return new Fixed(elements, Shares.bare(xs), Shares.bare(ys));
    }

    ReplicatedTensor x(Rep3Session session) {
      return x.at(session.self(), Shape.vector(elements), FixedPoint.INTEGER);
    }

    ReplicatedTensor y(Rep3Session session) {
      return y.at(session.self(), Shape.vector(elements), FixedPoint.INTEGER);
    }

    /** Convolutions of one channel and one tap, and the weights between many channels. */
    List<SecretProduct> convolutions(Rep3Session session) {
      ConvolutionGeometry line = geometry(1, elements);
      int channels = (int) Math.sqrt(elements);
      ConvolutionGeometry square = geometry(channels, 1);
      ReplicatedTensor tap = first(session, x, line.weightShape());
      ReplicatedTensor places = first(session, y, line.inputShape());
      return List.of(
          new SecretProduct.Convolution(line, tap, places),
          new SecretProduct.InputGradient(line, tap, places),
          new SecretProduct.WeightGradient(
              square,
              first(session, x, square.inputShape()),
              first(session, y, square.outputShape())));
    }

    private static ConvolutionGeometry geometry(int channels, int places) {
      List<Integer> one = List.of(1);
      return new ConvolutionGeometry(
          1, channels, channels, 1, List.of(places), one, one, List.of(0), one);
    }

    private static ReplicatedTensor first(
        Rep3Session session, Shares shares, List<Integer> dimensions) {
      Shape shape = new Shape(dimensions);
      return new Shares(
              Arrays.copyOf(shares.x0(), shape.size()),
              Arrays.copyOf(shares.x1(), shape.size()),
              Arrays.copyOf(shares.x2(), shape.size()))
          .at(session.self(), shape, FixedPoint.INTEGER);
    }

    ReplicatedTensor wide(Rep3Session session) {
      return x.at(session.self());
    }

    /** Words of a bit plane. */
    Planes words(Rep3Session session) {
      return x.planesAt(session.self());
    }

    ReplicatedBits bits(Rep3Session session) {
      int words = BitPlanes.words(elements);
      return new Shares(
              Arrays.copyOf(x.x0(), words),
              Arrays.copyOf(x.x1(), words),
              Arrays.copyOf(x.x2(), words))
          .bitsAt(session.self(), elements);
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "input",
            Opcode.INPUT,
            WORDS,
            (session, fixed) -> {
              for (ComputeParty owner : ComputeParty.values()) {
                long[] codes = session.self() == owner ? fixed.x().x0() : new long[0];
                var _ =
                    new Inputs(session)
                        .of(owner, Shape.vector(fixed.elements()), FixedPoint.INTEGER, codes);
              }
            }),
        new Case(
            "product",
            Opcode.PRODUCT,
            WORDS,
            (session, fixed) -> {
              var _ =
                  new ReplicatedProduct(session).elementwise(fixed.x(session), fixed.y(session));
            }),
        new Case(
            "convolution and its gradients",
            Opcode.PRODUCT,
            WORDS,
            (session, fixed) -> {
              var _ = new ReplicatedProduct(session).of(fixed.convolutions(session));
            }),
        new Case(
            "opened product",
            Opcode.OPEN,
            WORDS,
            (session, fixed) -> {
              ReplicatedTensor z =
                  new ReplicatedProduct(session).elementwise(fixed.x(session), fixed.y(session));
              var _ = new Openings(session).toAll(z);
            }),
        new Case(
            "AND",
            Opcode.AND,
            WORDS,
            (session, fixed) -> {
              var _ = new BooleanProduct(session).of(fixed.words(session), fixed.words(session));
            }),
        truncation(13),
        truncation(16),
        truncation(27),
        new Case(
            "B2A and BITINJ",
            Opcode.BIT_PRODUCT,
            WORDS,
            (session, fixed) -> {
              var _ =
                  new BitProduct(session)
                      .of(
                          List.of(
                              BitProduct.Factor.converted(fixed.bits(session)),
                              BitProduct.Factor.times(fixed.bits(session), fixed.y(session))));
            }),
        new Case(
            "WORD-B2A",
            Opcode.WORD_TO_ARITHMETIC,
            WORDS / 2,
            (session, fixed) -> {
              ReplicatedBits bits = fixed.bits(session);
              var _ = new WordToArithmetic(session).of(List.of(bits, bits, bits));
            }),
        sign(32),
        sign(64),
        new Case(
            "all bits of 32",
            Opcode.BITS_OF,
            WORDS / 2,
            (session, fixed) -> {
              var _ =
                  new ArithmeticToBits(session, new BooleanProduct(session))
                      .of(fixed.x(session), 32);
            }),
        new Case(
            "exact truncation",
            Opcode.TRUNCATE_EXACT,
            WORDS,
            (session, fixed) -> {
              BooleanProduct and = new BooleanProduct(session);
              BitProduct product = new BitProduct(session);
              var _ =
                  new ExactTruncation(session, and, product, RingWidth.RING_64)
                      .of(fixed.wide(session), 40);
            }));
  }

  private static Case truncation(int m) {
    return new Case(
        "TRUNC-4m by " + m,
        Opcode.TRUNCATE,
        2 * WORDS,
        (session, fixed) -> {
          var _ =
              new Truncation(session, RingWidth.RING_64)
                  .of(List.of(fixed.wide(session)), new int[] {m});
        });
  }

  private static Case sign(int width) {
    return new Case(
        "sign of " + width,
        Opcode.SIGN,
        WORDS / 2,
        (session, fixed) -> {
          var _ = new SignBit(session, new BooleanProduct(session)).of(fixed.x(session), width);
        });
  }

  private static Stream<Object[]> casesAndSecrets() {
    long[][] secrets = {
      {0, 0}, {Long.MAX_VALUE >>> 2, -1}, {0x0123_4567_89AB_CDEFL >> 2, 0x5555_5555_5555_5555L}
    };
    // One bit per element takes 2^26 elements for 2^20 words: one secret has to do.
    Object[] single = {truncation(1), secrets[1][0], secrets[1][1]};
    return Stream.concat(
        cases().flatMap(c -> Arrays.stream(secrets).map(s -> new Object[] {c, s[0], s[1]})),
        Stream.<Object[]>of(single));
  }

  @ParameterizedTest
  @MethodSource("casesAndSecrets")
  void everyMessageIsUniform(Case of, long x, long y) {
    Fixed fixed = Fixed.of(of.elements(), x, y);
    Map<String, WordStatistics> messages = new TreeMap<>();

    for (int run = 0; run < RUNS_MAX && !isEnough(of, messages); run++) {
      runOnce(of, fixed, SEED + run, messages);
    }

    assertThat(isEnough(of, messages)).isTrue();
    assertThat(messages)
        .allSatisfy((message, statistics) ->
            assertThat(statistics.isUniform()).as(message + ": " + statistics).isTrue());
  }

  private static boolean isEnough(Case of, Map<String, WordStatistics> messages) {
    String own = of.opcode() + " ";
    return messages.entrySet().stream().anyMatch(m -> m.getKey().startsWith(own))
        && messages.entrySet().stream()
            .filter(m -> m.getKey().startsWith(own))
            .allMatch(m -> m.getValue().words() >= WORDS);
  }

  private static void runOnce(Case of, Fixed fixed, long seed, Map<String, WordStatistics> into) {
    InMemoryNetwork network =
        new InMemoryNetwork(
            (from, to, message, words) -> {
              String name =
                  message.step().opcode() + " part " + message.part() + " " + from + " to " + to;
              WordStatistics statistics;
              synchronized (into) {
                statistics = into.computeIfAbsent(name, key -> new WordStatistics());
              }
              long missing = Math.max(WORDS - statistics.words(), 0);
              statistics.add(words, 0, (int) Math.min(wholeWords(message), missing));
            },
            60_000);
    var _ =
        ThreeSessions.run(
            network,
            party -> ThreeSessions.keys(seed, party),
            session -> {
              of.protocol().run(session, fixed);
              return session.self();
            });
  }

  /** Without the last word where the payload ends inside it. */
  private static int wholeWords(Message message) {
    return (int) (message.bytes() / Long.BYTES);
  }

  /** Any two shares of a holder's tensor, and what can be computed of them, say nothing. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE, 0x5555_5555_5555_5555L})
  void twoSharesOfAHolderAreUniform(long secret) throws Exception {
    SecureRandom random = SecureRandom.getInstance("SHA1PRNG"); // seeded, so a run is repeatable
    random.setSeed(SEED);
    long[] codes = new long[WORDS];
    Arrays.fill(codes, secret);
    Shape shape = Shape.vector(WORDS);
    HolderShares holder = HolderShares.of("t", shape, FixedPoint.INTEGER, codes, random);

    for (ComputeParty party : ComputeParty.values()) {
      ShareBundle bundle = holder.forParty(party);
      long[] own = bundle.own.words("t", party.ordinal(), WORDS);
      long[] next = bundle.next.words("t", party.next().ordinal(), WORDS);
      assertThat(WordStatistics.of(own).isUniform()).isTrue();
      assertThat(WordStatistics.of(next).isUniform()).isTrue();
      assertThat(WordStatistics.of(RingVector.add(own, next)).isUniform()).isTrue();
      assertThat(WordStatistics.of(RingVector.subtract(own, next)).isUniform()).isTrue();
      assertThat(WordStatistics.of(RingVector.xor(own, next)).isUniform()).isTrue();
    }
  }

  // ---- the museum
  // --------------------------------------------------------------------------------

  record Source(String name, LongUnaryOperator change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Source> brokenSources() {
    return Stream.of(
        new Source("one constant", word -> 0x0123_4567_89AB_CDEFL),
        new Source("zeros", word -> 0),
        new Source("seven of eight bits zero", Museum::oneInEight),
        new Source("sign-extended ints", word -> (int) word),
        new Source("ints without a sign", word -> word & 0xFFFF_FFFFL),
        new Source("top bit cleared", word -> word >>> 1),
        new Source("two top bits cleared", word -> word >>> 2),
        new Source("lowest bit set", word -> word | 1),
        new Source("53 random bits of a double", word -> (word >>> 11) << 11),
        new Source("decimal digits", word -> Math.floorMod(word, 10_000_000_000_000_000L)),
        new Source("printable bytes", word -> word & 0x7F7F_7F7F_7F7F_7F7FL),
        new Source("one byte repeated", word -> (word & 0xFF) * 0x0101_0101_0101_0100L),
        new Source(
            "one bit biased by 0.004",
            word -> Math.floorMod(word >>> 8, 125L) == 0 ? word | 1L << 40 : word));
  }

  @ParameterizedTest
  @MethodSource("brokenSources")
  void brokenRandomnessIsFound(Source source) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    long[] words = random.longs(WORDS).toArray();

    assertThat(WordStatistics.of(words).isUniform()).isTrue();

    long[] broken = Arrays.stream(words).map(source.change()).toArray();
    assertThat(WordStatistics.of(broken).isUniform()).isFalse();
  }
}
