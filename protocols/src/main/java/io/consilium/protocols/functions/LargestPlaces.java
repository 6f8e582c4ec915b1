package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the largest of each column are, found by tournaments in which every value carries its
 * place. Exact within the declared ranges. Leaks: shapes only; neither the values nor who beats
 * whom is opened.
 */
public final class LargestPlaces {
  private LargestPlaces() {}

  /**
   * The rows of the largest few of each column, the largest first and of equal ones the first: as
   * many tournaments as places, and after each the winner is set below the range.
   *
   * <p>Shape: [k, n] to [count, n] integers. Rounds: 7 for each doubling of k and each place, and 9
   * between places. Bytes: of k - 1 comparisons, each with two bits times values, for each place,
   * and of 2 k such between places.
   *
   * @param x with a declared range, of which twice as much is declarable
   */
  public static SecretTensor of(Backend b, SecretTensor x, int count) {
    int rows = x.shape().rows();
    if (count < 1 || count > rows) {
      throw new IllegalArgumentException(
          "the largest " + count + " of " + rows + " cannot be named");
    }
    SecretTensor labels = b.constant(x.shape(), FixedPoint.INTEGER, rowNumbers(x.shape()));
    SecretTensor values = x;
    long low = -x.range().codeMax() - 1;
    List<SecretTensor> places = new ArrayList<>();
    for (int place = 0; place < count; place++) {
      SecretTensor winners = winners(b, values, labels, false);
      places.add(winners);
      if (place + 1 < count) {
        SecretTensor repeated = b.rows(winners, new int[rows]);
        values = without(b, values, b.subtract(repeated, labels), low);
      }
    }
    return count == 1 ? places.getFirst() : b.concatenate(places);
  }

  private static long[] rowNumbers(Shape matrix) {
    long[] numbers = new long[matrix.size()];
    for (int i = 0; i < numbers.length; i++) {
      int row = i / matrix.columns();
      numbers[i] = row;
    }
    return numbers;
  }

  /**
   * The values, but where the distance to the winner is 0 a code that is below all others: one that
   * any of them had would win again over an equal one behind it.
   */
  private static SecretTensor without(
      Backend b, SecretTensor values, SecretTensor distance, long low) {
    SecretTensor above = b.addCode(values, -low);
    int rows = values.shape().rows();
    SecretTensor both =
        b.within(
            b.concatenate(List.of(distance, b.negate(distance))), ValueRange.of(new long[] {rows}));
    SecretBits others = b.negative(both);
    SecretTensor kept = b.select(others, b.concatenate(List.of(above, above)));
    SecretTensor sum = b.add(b.rowRange(kept, 0, rows), b.rowRange(kept, rows, 2 * rows));
    return b.within(b.addCode(sum, low), new ValueRange(-low));
  }

  /**
   * The labels of the largest of each column. Shape: [k, n] and [k, n] to [1, n]. Rounds: 7 for
   * each doubling of k.
   *
   * @param last whether of equal values the last one wins, or the first
   */
  public static SecretTensor winners(
      Backend b, SecretTensor players, SecretTensor labels, boolean last) {
    SecretTensor values = players;
    SecretTensor places = labels;
    while (values.shape().rows() > 1) {
      Round round = Round.of(b, values, places, last);
      values = round.values();
      places = round.places();
    }
    return places;
  }

  /** Neighbours against each other, so that order is kept: of equal ones the earlier is known. */
  private record Round(SecretTensor values, SecretTensor places) {
    static Round of(Backend b, SecretTensor values, SecretTensor places, boolean last) {
      int rows = values.shape().rows();
      int[] even = every(rows, 0);
      int[] odd = every(rows, 1);
      SecretTensor left = b.rows(values, even);
      SecretTensor right = b.rows(values, odd);
      SecretTensor difference = b.subtract(right, left);
      SecretBits leftWins = last ? b.negative(difference) : b.not(b.negative(b.negate(difference)));
      SecretTensor leftPlaces = b.rows(places, even);
      SecretTensor rightPlaces = b.rows(places, odd);
      List<SecretTensor> changes =
          b.bitProducts(
                  List.of(),
                  List.of(leftWins, leftWins),
                  List.of(flat(b, difference), flat(b, b.subtract(rightPlaces, leftPlaces))))
              .products();
      SecretTensor best =
          b.within(b.subtract(right, b.reshape(changes.get(0), right.shape())), values.range());
      SecretTensor chosen =
          b.within(
              b.subtract(rightPlaces, b.reshape(changes.get(1), right.shape())), places.range());
      return new Round(withRest(b, best, values), withRest(b, chosen, places));
    }

    private static int[] every(int rows, int offset) {
      int[] indices = new int[rows / 2];
      Arrays.setAll(indices, i -> 2 * i + offset);
      return indices;
    }

    private static SecretTensor flat(Backend b, SecretTensor x) {
      return b.reshape(x, Shape.vector(x.size()));
    }

    private static SecretTensor withRest(Backend b, SecretTensor winners, SecretTensor all) {
      int rows = all.shape().rows();
      return rows % 2 == 0
          ? winners
          : b.concatenate(List.of(winners, b.rowRange(all, rows - 1, rows)));
    }
  }
}
