package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Shares that leave a session and come back in another. */
final class StoredSharesTest {
  private static final byte[] ID = {1, 2, 3};
  private static final FixedPoint FORMAT = new FixedPoint(16);
  private static final Shape SHAPE = Shape.matrix(3, 5);

  /** The same tensor, shared anew for each seed: what two checkpoints of one value look like. */
  private static List<SharePair> stored(long seed, long[] codes) {
    return new ThreeParties(seed)
        .run(b -> {
          long[] mine = b.self() == ComputeParty.P1 ? codes : new long[0];
          SecretTensor x = b.input(ComputeParty.P1, SHAPE, FORMAT, mine);
          return b.exportShares(x, InsecureShareAccess.get());
        })
        .results();
  }

  private static long[] codes(long seed) {
    return new Random(seed).longs(SHAPE.size(), -(1L << 40), 1L << 40).toArray();
  }

  private static SecretTensor restored(Rep3Backend b, List<SharePair> stored) {
    return b.importShares(SHAPE, FORMAT, stored.get(b.self().ordinal()));
  }

  @Test
  void comeBackAsTheyLeft() {
    long[] codes = codes(1);
    List<SharePair> stored = stored(1, codes);

    List<long[]> opened =
        new ThreeParties(2)
            .run(b -> {
              SecretTensor x = restored(b, stored);
              b.compareShares(ID, List.of(x));
              return b.open(x, ThreeParties.any());
            })
            .results();

    assertThat(opened).allSatisfy(values -> assertThat(values).isEqualTo(codes));
  }

  @Test
  void exportedSharesAreCopies() {
    List<SharePair> stored = stored(1, codes(1));
    long before = stored.get(0).own()[0];

    assertThat(
            new ThreeParties(3)
                .run(b -> {
                  SecretTensor x = restored(b, stored);
                  SharePair again = b.exportShares(x, InsecureShareAccess.get());
                  again.own()[0]++;
                  stored.get(b.self().ordinal()).own()[0]++;
                  return b.exportShares(x, InsecureShareAccess.get()).own()[0];
                })
                .results()
                .getFirst())
        .isEqualTo(before);
  }

  /** Runs the comparison at each party and gives what each of them found. */
  private static List<String> findings(List<SharePair> ofParties, byte[][] ids) {
    return new ThreeParties(4)
        .run(b -> {
          SecretTensor x = restored(b, ofParties);
          try {
            b.compareShares(ids[b.self().ordinal()], List.of(x));
            return "same";
          } catch (ProtocolViolation e) {
            return e.peer().toString();
          }
        })
        .results();
  }

  @Test
  void bothHoldersNoticeAShareOfAnotherVersion() {
    long[] codes = codes(1);
    List<SharePair> first = stored(1, codes);
    List<SharePair> second = stored(2, codes);
    byte[][] ids = {ID, ID, ID};

    for (ComputeParty odd : ComputeParty.values()) {
      List<SharePair> mixed = new ArrayList<>(first);
      mixed.set(odd.ordinal(), second.get(odd.ordinal()));

      List<String> findings = findings(mixed, ids);

      // The owner's input sharing has a zero share, which is the same in all versions.
      assertThat(findings.get(odd.ordinal())).as("%s itself", odd).isNotEqualTo("same");
      assertThat(findings.stream().filter(found -> !found.equals("same")).count())
          .isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void oneFlippedBitIsNoticed() {
    List<SharePair> stored = stored(1, codes(1));
    stored.get(2).next()[7] ^= 1L << 63;

    assertThat(findings(stored, new byte[][] {ID, ID, ID})).containsExactly("P2", "same", "P0");
  }

  @Test
  void theSameSharesUnderAnotherNameAreNoticed() {
    List<SharePair> stored = stored(1, codes(1));

    assertThat(findings(stored, new byte[][] {ID, ID, {1, 2, 4}})).doesNotContain("same");
  }

  @Test
  void theComparisonCostsWhatIsDeclared() {
    List<SharePair> stored = stored(1, codes(1));

    ThreeParties.Outcome<Boolean> outcome =
        new ThreeParties(5)
            .run(b -> {
              b.compareShares(ID, List.of(restored(b, stored), restored(b, stored)));
              return true;
            });

    assertThat(outcome.counted()).isEqualTo(outcome.declared());
  }

  @Test
  void anInputOfAHolderIsImported() {
    long[] codes = codes(6);
    HolderShares shares = HolderShares.of("s/d/x", SHAPE, FORMAT, codes, new Random(6));

    List<long[]> opened =
        new ThreeParties(6)
            .run(b -> {
              HolderInput input =
                  HolderInput.receive(shares.forParty(b.self()), shares.description());
              return b.open(b.importInput(input), ThreeParties.any());
            })
            .results();

    assertThat(opened).allSatisfy(values -> assertThat(values).isEqualTo(codes));
  }

  @Test
  void refusesSharesOfAnotherSize() {
    assertThatThrownBy(() ->
            new ThreeParties(7)
                .run(b ->
                    b.importShares(
                        Shape.vector(2), FORMAT, new SharePair(new long[3], new long[3]))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
