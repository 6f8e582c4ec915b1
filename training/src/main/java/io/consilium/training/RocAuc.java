package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Comparisons;
import io.consilium.protocols.functions.Division;
import io.consilium.protocols.functions.Sorting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Area under the ROC curve from secret scores and labels; equal scores count half.
 *
 * <p>S counts every pair of a positive and a negative row 1, 0 or -1. P and N are secret:
 *
 * <pre>AUC = (1 + S / (P N)) / 2</pre>
 *
 * <p>Of few rows all ordered pairs are compared: with r_i the rows below row i and c_i the rows
 * above it, S = sum y_i (r_i - c_i), since pairs of positive rows cancel. Bytes: about 46 n^2.
 *
 * <p>Of more rows the scores are sorted twice, by 2 s + y and by 2 s + 1 - y: of equal scores the
 * positive rows come last in one order and first in the other. With z_j and z'_j the labels at
 * place j from 0 on, S = sum j (z_j + z'_j) - (n - 1) P, which is local. The label is the lowest
 * bit of what was sorted. Bytes: about 27 n log2(n)^2.
 *
 * <p>If one class is missing there is no value: {@link Undefined}. Leaks: n.
 */
final class RocAuc {
  /** Rows up to which all pairs are compared, in the few rounds of one comparison. */
  static final int PAIRED_ROWS_MAX = 512;

  private static final FixedPoint QUOTIENT = new FixedPoint(20);

  private RocAuc() {}

  /**
   * The area with 16 fraction bits, [1].
   *
   * @param scores [n], in the range {@link Formats#SCORE_RANGE}
   * @param labels [n] integers 0 and 1
   * @return which may be {@link Undefined}
   */
  static SecretTensor of(Backend b, SecretTensor scores, SecretTensor labels) {
    int n = scores.size();
    SecretTensor positives = Arrangement.sum(b, labels);
    SecretTensor ranged = Comparisons.inDomain(b, scores, Formats.SCORE_RANGE);
    SecretTensor s =
        n <= PAIRED_ROWS_MAX
            ? ofPairs(b, ranged, labels)
            : b.subtract(ofPlaces(b, ranged, labels), b.multiply(positives, n - 1));
    SecretTensor pairs = b.multiply(positives, Arrangement.complement(b, positives, n));
    SecretTensor quotient = Division.of(b, s, pairs, QUOTIENT);
    SecretTensor area = b.reinterpret(b.addReal(quotient, 1), QUOTIENT.plus(1));
    int excess = area.format().fractionBits() - Formats.RELEASED.fractionBits();
    SecretTensor counted = b.within(pairs, new ValueRange((long) n * n));
    SecretBits oneClass = b.negative(b.addCode(counted, -1));
    return Undefined.where(b, oneClass, b.truncateExactly(area, excess));
  }

  /** sum j (z_j + z'_j), [1]. */
  private static SecretTensor ofPlaces(Backend b, SecretTensor scores, SecretTensor labels) {
    int n = scores.size();
    SecretTensor y = b.reinterpret(b.within(labels, ValueRange.ofBits()), scores.format());
    SecretTensor doubled = b.multiply(scores, 2);
    SecretTensor keys =
        b.concatenate(
            List.of(row(b, b.add(doubled, y)), row(b, b.addCode(b.subtract(doubled, y), 1))));
    SecretTensor sorted = Sorting.ascending(b, keys);
    SecretTensor lowest = b.toArithmetic(b.bitsOf(Arrangement.flat(b, sorted), 2).getFirst());
    SecretTensor rows = b.reshape(lowest, Shape.matrix(2, n));
    SecretTensor both =
        b.add(b.rowRange(rows, 0, 1), Arrangement.complement(b, b.rowRange(rows, 1, 2), 1));
    long[] places = LongStream.range(0, n).toArray();
    return Arrangement.sum(b, b.multiply(Arrangement.flat(b, both), places, FixedPoint.INTEGER));
  }

  private static SecretTensor row(Backend b, SecretTensor vector) {
    return b.reshape(vector, Shape.matrix(1, vector.size()));
  }

  private static SecretTensor ofPairs(Backend b, SecretTensor scores, SecretTensor labels) {
    return b.dotRows(
        Arrangement.column(b, labels), Arrangement.column(b, rankDifferences(b, scores)));
  }

  /** r_i - c_i, [n] integers, of the pairs (i, i + offset mod n) for all offsets. */
  private static SecretTensor rankDifferences(Backend b, SecretTensor scores) {
    int n = scores.size();
    if (n == 1) {
      return Arrangement.constant(b, Shape.vector(1), FixedPoint.INTEGER, 0);
    }
    int[] left = new int[(n - 1) * n];
    int[] right = new int[left.length];
    int[] backwards = new int[left.length];
    for (int k = 0; k < left.length; k++) {
      int i = k % n;
      int offset = 1 + k / n;
      left[k] = i;
      right[k] = (i + offset) % n;
      // The comparison in which row i stands on the right.
      backwards[k] = k - i + Math.floorMod(i - offset, n);
    }
    SecretTensor less =
        b.toArithmetic(Comparisons.lessThan(b, b.rows(scores, left), b.rows(scores, right)));
    List<SecretTensor> sums = new ArrayList<>();
    for (SecretTensor part : List.of(b.rows(less, backwards), less)) {
      sums.add(b.sumRows(b.reshape(part, Shape.matrix(n - 1, n))));
    }
    return b.subtract(sums.getFirst(), sums.getLast());
  }
}
