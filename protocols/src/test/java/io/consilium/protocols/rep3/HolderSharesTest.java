package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.Shape;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HolderSharesTest {
  private static final String ID = "session-1/hospital-d/features";
  private static final FixedPoint FORMAT = new FixedPoint(16);

  private static HolderShares share(long[] codes, long seed) {
    return HolderShares.of(
        ID, Shape.vector(codes.length), FORMAT, codes, new SplittableRandom(seed));
  }

  private static SharePair receive(HolderShares shares, ComputeParty party) {
    return HolderInput.receive(shares.forParty(party), shares.description()).shares();
  }

  @Test
  void theThreeSharesAddUpToTheValue() {
    for (int n : new int[] {0, 1, 5, 5_000, 40_001}) {
      long[] codes = new Random(n).longs(n).toArray();
      HolderShares shares = share(codes, n);

      List<long[]> own = new ArrayList<>();
      for (ComputeParty party : ComputeParty.values()) {
        own.add(receive(shares, party).own());
        assertThat(receive(shares, party).next()).isEqualTo(receive(shares, party.next()).own());
      }

      assertThat(ClientOutput.sum(own)).isEqualTo(codes);
    }
  }

  @Test
  void givesNoPartyInformation() {
    long[] codes = {0, -1, 1L << 40};
    long[] others = {99, 1L << 63, 7};

    for (long seed = 0; seed < 50; seed++) {
      SharePair p0 = receive(share(codes, seed), ComputeParty.P0);
      SharePair p0Other = receive(share(others, seed), ComputeParty.P0);
      assertThat(p0.own()).isEqualTo(p0Other.own());
      assertThat(p0.next()).isEqualTo(p0Other.next());
      // P1 and P2 hold one share that both values have in common, and one that is the value minus
      // a share of the generator that they do not know, so every value of it is as likely.
      assertMaskedBy(share(codes, seed), codes, ComputeParty.P1, ComputeParty.P2);
      assertMaskedBy(share(codes, seed), codes, ComputeParty.P2, ComputeParty.P0);
    }
  }

  /** The party's view plus the share it does not hold make up the value. */
  private static void assertMaskedBy(
      HolderShares shares, long[] codes, ComputeParty party, ComputeParty holderOfUnknown) {
    SharePair view = receive(shares, party);
    long[] unknown = receive(shares, holderOfUnknown).next();
    assertThat(ClientOutput.sum(List.of(view.own(), view.next(), unknown))).isEqualTo(codes);
    assertThat(unknown).isNotEqualTo(view.own()).isNotEqualTo(view.next());
  }

  @Test
  void theSharesOfAConstantLookUniform() {
    HolderShares shares = share(new long[1 << 14], 3);

    for (ComputeParty party : ComputeParty.values()) {
      long ones = 0;
      for (long word : receive(shares, party).own()) {
        ones += Long.bitCount(word);
      }
      double deviation = (ones - (1 << 19)) / Math.sqrt(1 << 18);
      assertThat(Math.abs(deviation)).isLessThan(5);
    }
  }

  /** Were the key of the expansion not that of the seed, everything else would still be right. */
  @Test
  void otherSeedsGiveOtherShares() {
    int count = 5_000;
    HolderShares one = share(new long[count], 11);
    HolderShares other = share(new long[count], 12);

    for (ComputeParty party : ComputeParty.values()) {
      long[] words = receive(one, party).own();
      long[] others = receive(other, party).own();
      long same = IntStream.range(0, count).filter(i -> words[i] == others[i]).count();
      assertThat(same).isZero();
    }
  }

  @Test
  void theDigestOfTheDifferenceHidesIt() {
    HolderShares first = share(new long[] {1}, 5);
    SharePair p0 = receive(first, ComputeParty.P0);
    long[] difference = {1 - p0.own()[0] - p0.next()[0]};

    // P0 knows x_0 and x_1 and guesses the value rightly; without the nonce it cannot tell.
    byte[] guess = new SharePart.Difference(new byte[32], difference).digest(ID, 2);
    assertThat(guess).isNotEqualTo(first.description().digests().get(2));
    assertThat(receive(first, ComputeParty.P1).next()).isEqualTo(difference);
  }

  @Test
  void refusesEveryAlteredByteOfADigest() {
    HolderShares shares = share(new long[] {1, 2, 3}, 1);
    for (int digest = 0; digest < 3; digest++) {
      for (int i = 0; i < 32; i++) {
        TensorDescription altered = withAltered(shares.description(), digest, i);
        for (ComputeParty party : holders(digest)) {
          assertThatThrownBy(() -> HolderInput.receive(shares.forParty(party), altered))
              .isInstanceOf(InputRefused.class)
              .hasMessageContaining("share " + digest + " of tensor " + ID);
        }
      }
    }
  }

  private static TensorDescription withAltered(TensorDescription original, int digest, int index) {
    List<byte[]> digests = new ArrayList<>();
    original.digests().forEach(d -> digests.add(d.clone()));
    digests.get(digest)[index] ^= 1;
    return new TensorDescription(
        original.tensorId(), original.shape(), original.fractionBits(), digests);
  }

  private static List<ComputeParty> holders(int share) {
    return List.of(ComputeParty.of(share), ComputeParty.of(share).previous());
  }

  @Test
  void refusesEveryAlteredByteOfAShare() {
    HolderShares shares = share(new long[] {1, 2, 3}, 1);
    ShareBundle bundle = shares.forParty(ComputeParty.P1);
    byte[] seed = ((SharePart.Seed) bundle.own).seed();
    SharePart.Difference difference = (SharePart.Difference) bundle.next;
    for (byte[] secret : List.of(seed, difference.nonce())) {
      for (int i = 0; i < secret.length; i++) {
        secret[i] ^= 4;
        assertRefused(bundle, shares.description());
        secret[i] ^= 4;
      }
    }
    for (int bit = 0; bit < 3 * Long.SIZE; bit += 8) {
      difference.words()[bit / Long.SIZE] ^= 1L << (bit % Long.SIZE);
      assertRefused(bundle, shares.description());
      difference.words()[bit / Long.SIZE] ^= 1L << (bit % Long.SIZE);
    }
    assertThat(HolderInput.receive(bundle, shares.description()).shares().own()).hasSize(3);
  }

  private static void assertRefused(ShareBundle bundle, TensorDescription description) {
    assertThatThrownBy(() -> HolderInput.receive(bundle, description))
        .isInstanceOf(InputRefused.class);
  }

  @Test
  void aBundleDoesNotServeAnotherTensor() {
    HolderShares shares = share(new long[] {1, 2, 3}, 1);
    TensorDescription other =
        new TensorDescription(
            "session-2/hospital-d/features", Shape.vector(3), 16, shares.description().digests());

    assertRefused(shares.forParty(ComputeParty.P0), other);
  }

  @Test
  void aShareOfAnotherLengthIsRefused() {
    HolderShares shares = share(new long[] {1, 2, 3}, 1);
    TensorDescription longer =
        new TensorDescription(ID, Shape.vector(4), 16, shares.description().digests());

    assertRefused(shares.forParty(ComputeParty.P1), longer);
  }

  @Test
  void aDescriptionSurvivesItsCanonicalBytes() {
    TensorDescription description =
        HolderShares.of(ID, Shape.matrix(2, 0), FORMAT, new long[0], new SplittableRandom(1))
            .description();

    TensorDescription parsed = TensorDescription.parse(description.canonicalBytes());

    assertThat(parsed.canonicalBytes()).isEqualTo(description.canonicalBytes());
    assertThat(parsed.shape()).isEqualTo(Shape.matrix(2, 0));
    assertThat(parsed.format()).isEqualTo(FORMAT);
  }

  @Test
  void noAlteredDescriptionIsTheSame() {
    byte[] bytes = share(new long[] {1}, 1).description().canonicalBytes();
    for (int i = 0; i < bytes.length; i++) {
      byte[] altered = bytes.clone();
      altered[i] ^= 1;
      try {
        assertThat(TensorDescription.parse(altered).canonicalBytes()).isEqualTo(altered);
      } catch (InputRefused e) {
        assertThat(e).hasMessageContaining("tensor");
      }
    }
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 2);
    longer[bytes.length] = 48; // An unknown field.
    assertThatThrownBy(() -> TensorDescription.parse(longer)).isInstanceOf(InputRefused.class);
  }

  @Test
  void theHoldersAgreeOnHonestInputs() throws Exception {
    List<TensorDescription> inputs =
        List.of(share(new long[] {1}, 1).description(), share(new long[] {2}, 2).description());

    assertThat(crossCheck(inputs, inputs, inputs)).containsOnly("agreed");
  }

  @Test
  void theHoldersNoticeEveryDifference() throws Exception {
    TensorDescription first =
        new TensorDescription(
            "first", Shape.vector(1), 16, share(new long[] {1}, 1).description().digests());
    TensorDescription second = share(new long[] {2}, 2).description();
    for (int digest = 0; digest < 3; digest++) {
      List<String> results =
          crossCheck(
              List.of(first, second),
              List.of(first, withAltered(second, digest, 31)),
              List.of(first, second));

      assertThat(results).allSatisfy(r -> assertThat(r).contains("tensor " + ID));
    }
    TensorDescription scaled = new TensorDescription(ID, second.shape(), 17, second.digests());
    assertThat(crossCheck(List.of(second), List.of(second), List.of(scaled)))
        .allSatisfy(r -> assertThat(r).contains("tensor " + ID));
  }

  @SafeVarargs
  private static List<String> crossCheck(List<TensorDescription>... ofParties) throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    List<Future<?>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        Channel channel = network.channel(party);
        futures.add(
            threads.submit(() ->
                HolderInput.crossCheck(
                    channel, new Step(1, Opcode.INPUT_DIGEST), ofParties[party.ordinal()])));
      }
    }
    List<String> results = new ArrayList<>();
    for (Future<?> future : futures) {
      results.add(result(future));
    }
    return results;
  }

  private static String result(Future<?> future) throws InterruptedException {
    try {
      future.get();
      return "agreed";
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(ProtocolViolation.class);
      return e.getCause().getMessage();
    }
  }

  @Test
  void nothingPrintsAShare() {
    HolderShares shares = share(new long[] {123_456_789}, 1);

    assertThat(shares.toString()).isEqualTo("HolderShares[" + ID + " ***]");
    assertThat(shares.forParty(ComputeParty.P1).toString()).isEqualTo("ShareBundle[P1 ***]");
    assertThat(shares.forParty(ComputeParty.P1).own.toString()).isEqualTo("Seed[***]");
    assertThat(shares.forParty(ComputeParty.P1).next.toString()).isEqualTo("Difference[***]");
    assertThat(receive(shares, ComputeParty.P1).toString()).isEqualTo("SharePair[***]");
  }

  @Test
  void outputsOfDifferentLengthsAreRefused() {
    assertThatThrownBy(() -> ClientOutput.sum(List.of(new long[1], new long[1], new long[2])))
        .hasMessage("shares of 1 and 2 elements");
  }
}
