package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * exp(z_k) / sum exp(z_j) by rows: subtract the largest, take the exponential, multiply by one
 * reciprocal a row.
 *
 * <p>Domain: [n, k] with 16 fraction bits, |z| < 2^13. Largest error: 3e-4. Rounds: 7 a level of
 * the tournament, and 54.
 */
public final class Softmax {
  private static final FixedPoint F = new FixedPoint(16);

  private Softmax() {}

  /** What the loss needs as well: the logits less their maximum, and the sum of exponentials. */
  record Parts(SecretTensor shifted, SecretTensor exponentials, SecretTensor sums) {}

  public static SecretTensor of(Backend b, SecretTensor logits) {
    int n = logits.shape().rows();
    int k = logits.shape().columns();
    Parts parts = parts(b, logits);
    SecretTensor reciprocal = Reciprocal.of(b, parts.sums(), F);
    SecretTensor factors = b.rows(b.reshape(reciprocal, Shape.matrix(n, 1)), repeatEach(n, k));
    SecretTensor product =
        b.multiply(b.reshape(parts.exponentials(), Shape.vector(n * k)), flat(b, factors));
    return b.reshape(b.truncate(product, F.fractionBits()), logits.shape());
  }

  static Parts parts(Backend b, SecretTensor logits) {
    int n = logits.shape().rows();
    int k = logits.shape().columns();
    SecretTensor maximum = maximum(b, logits);
    SecretTensor repeated =
        b.reshape(b.rows(b.reshape(maximum, Shape.matrix(n, 1)), repeatEach(n, k)), logits.shape());
    SecretTensor shifted = b.subtract(logits, repeated);
    SecretTensor exponentials = Exponential.ofNonPositive(b, shifted);
    SecretTensor sums = b.sumRows(b.transpose(exponentials));
    return new Parts(shifted, exponentials, sums);
  }

  /** The largest entry of each row, by a tournament of columns. */
  public static SecretTensor maximum(Backend b, SecretTensor matrix) {
    SecretTensor players = b.transpose(matrix);
    while (players.shape().rows() > 1) {
      int pairs = players.shape().rows() / 2;
      SecretTensor left = b.rowRange(players, 0, pairs);
      SecretTensor right = b.rowRange(players, pairs, 2 * pairs);
      SecretTensor winners = Relu.maximum(b, left, right, Comparisons.WIDTH);
      players =
          players.shape().rows() % 2 == 0
              ? winners
              : b.concatenate(List.of(winners, b.rowRange(players, 2 * pairs, 2 * pairs + 1)));
    }
    return b.reshape(players, Shape.vector(matrix.shape().rows()));
  }

  /**
   * One integer 1 a row, at the largest entry; of equal entries exactly one is taken. Shape: [n, k]
   * to [n, k]. Rounds: 8 a level of the tournament.
   */
  public static SecretTensor oneHotOfMaximum(Backend b, SecretTensor matrix) {
    int n = matrix.shape().rows();
    int k = matrix.shape().columns();
    List<SecretTensor> values = new ArrayList<>();
    List<SecretTensor> hots = new ArrayList<>();
    for (int j = 0; j < k; j++) {
      values.add(b.columns(matrix, j, j + 1));
      long[] unit = new long[n * k];
      for (int i = 0; i < n; i++) {
        unit[i * k + j] = 1;
      }
      hots.add(b.constant(Shape.matrix(n, k), FixedPoint.INTEGER, unit));
    }
    while (values.size() > 1) {
      SecretTensor left = b.concatenate(evenOrOdd(values, 0));
      SecretTensor right = b.concatenate(evenOrOdd(values, 1));
      SecretTensor leftHot = b.concatenate(evenOrOdd(hots, 0));
      SecretTensor rightHot = b.concatenate(evenOrOdd(hots, 1));
      SecretBits rightIsSmaller = Comparisons.lessThan(b, right, left, Comparisons.WIDTH);
      Backend.BitProducts chosen =
          b.bitProducts(
              List.of(rightIsSmaller), List.of(rightIsSmaller), List.of(b.subtract(left, right)));
      SecretTensor best = b.add(right, chosen.products().getFirst());
      SecretTensor choice =
          b.rows(
              b.reshape(chosen.integers().getFirst(), Shape.matrix(rightIsSmaller.size(), 1)),
              repeatEach(rightIsSmaller.size(), k));
      SecretTensor bestHot =
          b.add(
              rightHot,
              b.multiply(b.reshape(choice, leftHot.shape()), b.subtract(leftHot, rightHot)));
      boolean odd = values.size() % 2 == 1;
      List<SecretTensor> nextValues = split(b, best, n);
      List<SecretTensor> nextHots = split(b, bestHot, n);
      if (odd) {
        nextValues.add(values.getLast());
        nextHots.add(hots.getLast());
      }
      values = nextValues;
      hots = nextHots;
    }
    return hots.getFirst();
  }

  private static List<SecretTensor> evenOrOdd(List<SecretTensor> all, int parity) {
    List<SecretTensor> some = new ArrayList<>();
    for (int i = 0; i + 1 < all.size(); i += 2) {
      some.add(all.get(i + parity));
    }
    return some;
  }

  private static List<SecretTensor> split(Backend b, SecretTensor stacked, int rows) {
    List<SecretTensor> parts = new ArrayList<>();
    for (int from = 0; from < stacked.shape().rows(); from += rows) {
      parts.add(b.rowRange(stacked, from, from + rows));
    }
    return parts;
  }

  private static SecretTensor flat(Backend b, SecretTensor x) {
    return b.reshape(x, Shape.vector(x.size()));
  }

  /** 0, 0, .., 1, 1, .. : every index so many times. */
  static int[] repeatEach(int count, int times) {
    int[] indices = new int[count * times];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / times;
    }
    return indices;
  }
}
