package io.consilium.protocols.rep3;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Shares a tensor of a data holder that is not a compute party: seed s_0 to P2 and P0, seed s_1 to
 * P0 and P1, x_0 = PRG(s_0), x_1 = PRG(s_1), and x_2 = v - x_0 - x_1 to P1 and P2.
 *
 * <p>Shape: any, n elements. Rounds: 1. Bytes: 16n + 192. Security: two of the three shares are
 * uniform and independent of the value, so no compute party learns anything alone; the digests of
 * the description hide what they commit to. Leaks: the description.
 */
public final class HolderShares {
  /** The share that depends on the value. */
  static final int DIFFERENCE = 2;

  private final TensorDescription description;
  private final List<SharePart> parts;

  private HolderShares(TensorDescription description, List<SharePart> parts) {
    this.description = description;
    this.parts = parts;
  }

  /**
   * Shares a tensor.
   *
   * @param tensorId see {@link TensorDescription}
   * @param codes fixed-point codes, one per element
   * @param random a cryptographically strong generator
   */
  public static HolderShares of(
      String tensorId, Shape shape, FixedPoint format, long[] codes, RandomGenerator random) {
    if (codes.length != shape.size()) {
      throw new IllegalArgumentException(codes.length + " codes do not fit the shape " + shape);
    }
    SharePart.Seed seed0 = new SharePart.Seed(draw(random));
    SharePart.Seed seed1 = new SharePart.Seed(draw(random));
    long[] x2 = codes.clone();
    seed0.subtractFrom(x2, tensorId, 0);
    seed1.subtractFrom(x2, tensorId, 1);
    SharePart.Difference difference = new SharePart.Difference(draw(random), x2);
    TensorDescription description =
        new TensorDescription(
            tensorId,
            shape,
            format.fractionBits(),
            List.of(
                seed0.digest(tensorId, 0),
                seed1.digest(tensorId, 1),
                difference.digest(tensorId, DIFFERENCE)));
    return new HolderShares(description, List.of(seed0, seed1, difference));
  }

  private static byte[] draw(RandomGenerator random) {
    byte[] bytes = new byte[SharePart.SEED_BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  /** What the holder signs and sends to all three. */
  public TensorDescription description() {
    return description;
  }

  /** What one party gets, over a link that nobody else can read. */
  public ShareBundle forParty(ComputeParty party) {
    return new ShareBundle(party, parts.get(party.ordinal()), parts.get(party.next().ordinal()));
  }

  @Override
  public String toString() {
    return "HolderShares[" + description.tensorId() + " ***]";
  }
}
