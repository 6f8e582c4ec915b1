package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Comparisons;
import io.consilium.protocols.functions.Division;
import java.util.ArrayList;
import java.util.List;

/**
 * Area under the ROC curve from secret scores and labels; equal scores count half.
 *
 * <p>With r_i the rows below row i and c_i the rows above it, S = sum y_i (r_i - c_i) counts every
 * pair of a positive and a negative row 1, 0 or -1, since pairs of positive rows cancel. P and N
 * are secret:
 *
 * <pre>AUC = (1 + S / (P N)) / 2</pre>
 *
 * <p>All ordered pairs are compared, in chunks that bound the memory. Bytes: about 46 n^2. If one
 * class is missing the result is 1/2. Leaks: n.
 */
final class RocAuc {
  /** Comparisons at a time. */
  static final int CHUNK = 1 << 18;

  private static final FixedPoint QUOTIENT = new FixedPoint(20);

  private RocAuc() {}

  /**
   * The area with 16 fraction bits, [1].
   *
   * @param scores [n], in the range {@link Formats#SCORE_RANGE}
   * @param labels [n] integers 0 and 1
   */
  static SecretTensor of(Backend b, SecretTensor scores, SecretTensor labels) {
    int n = scores.size();
    SecretTensor positives = Arrangement.sum(b, labels);
    SecretTensor s =
        b.dotRows(
            Arrangement.column(b, labels),
            column(b, rankDifferences(b, Comparisons.inDomain(b, scores, Formats.SCORE_RANGE))));
    SecretTensor pairs = b.multiply(positives, Arrangement.complement(b, positives, n));
    SecretTensor quotient = Division.of(b, s, pairs, QUOTIENT);
    SecretTensor area = b.reinterpret(b.addReal(quotient, 1), QUOTIENT.plus(1));
    int excess = area.format().fractionBits() - Formats.RELEASED.fractionBits();
    return b.truncateExactly(area, excess);
  }

  private static SecretTensor column(Backend b, SecretTensor vector) {
    return Arrangement.column(b, vector);
  }

  /** r_i - c_i, [n] integers. */
  private static SecretTensor rankDifferences(Backend b, SecretTensor scores) {
    int n = scores.size();
    int offsetsAtOnce = Math.max(1, CHUNK / n);
    SecretTensor sum = Arrangement.constant(b, Shape.vector(n), FixedPoint.INTEGER, 0);
    for (int from = 1; from < n; from += offsetsAtOnce) {
      sum = b.add(sum, rankDifferences(b, scores, from, Math.min(n, from + offsetsAtOnce)));
    }
    return sum;
  }

  /** The part of the pairs (i, i + offset mod n) for offsets [from, to). */
  private static SecretTensor rankDifferences(Backend b, SecretTensor scores, int from, int to) {
    int n = scores.size();
    int[] left = new int[(to - from) * n];
    int[] right = new int[left.length];
    int[] backwards = new int[left.length];
    for (int k = 0; k < left.length; k++) {
      int i = k % n;
      int offset = from + k / n;
      left[k] = i;
      right[k] = (i + offset) % n;
      // The comparison in which row i stands on the right.
      backwards[k] = k - i + Math.floorMod(i - offset, n);
    }
    SecretTensor less =
        b.toArithmetic(Comparisons.lessThan(b, b.rows(scores, left), b.rows(scores, right)));
    List<SecretTensor> sums = new ArrayList<>();
    for (SecretTensor part : List.of(b.rows(less, backwards), less)) {
      sums.add(b.sumRows(b.reshape(part, Shape.matrix(to - from, n))));
    }
    return b.subtract(sums.getFirst(), sums.getLast());
  }
}
