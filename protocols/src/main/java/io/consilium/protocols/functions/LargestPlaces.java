package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the largest of each column are, found by {@link Tournament}s in which every value carries
 * its place. Exact within the declared ranges. Leaks: shapes only; neither the values nor who beats
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
    return of(b, List.of(x), count).getFirst();
  }

  /**
   * The same of several, of any numbers of rows, in the rounds of the one with most.
   *
   * @param count of each; at most its rows
   */
  public static List<SecretTensor> of(Backend b, List<SecretTensor> tensors, int count) {
    return found(b, tensors, count).stream().map(Found::places).toList();
  }

  /** The largest few and where they are, both [count, n]. */
  public record Found(SecretTensor values, SecretTensor places) {}

  /** The same with the values: they cost nothing more. */
  public static List<Found> found(Backend b, List<SecretTensor> tensors, int count) {
    tensors.forEach(x -> requireRows(x, count));
    List<Tournament> left = tensors.stream().map(x -> ofRows(b, x)).toList();
    List<List<Tournament>> found = new ArrayList<>();
    for (int place = 0; place < count; place++) {
      found.add(Tournament.played(b, left));
      if (place + 1 < count) {
        List<SecretTensor> winners = found.getLast().stream().map(Tournament::places).toList();
        left = without(b, left, winners, lowest(tensors));
      }
    }
    List<Found> results = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      int own = i;
      List<Tournament> ofOne = found.stream().map(all -> all.get(own)).toList();
      SecretTensor values = joined(b, ofOne.stream().map(Tournament::values).toList());
      results.add(
          new Found(
              b.within(values, tensors.get(i).range()),
              joined(b, ofOne.stream().map(Tournament::places).toList())));
    }
    return results;
  }

  private static SecretTensor joined(Backend b, List<SecretTensor> rows) {
    return rows.size() == 1 ? rows.getFirst() : b.concatenate(rows);
  }

  private static void requireRows(SecretTensor x, int count) {
    int rows = x.shape().rows();
    if (count < 1 || count > rows) {
      throw new IllegalArgumentException(
          "the largest " + count + " of " + rows + " cannot be named");
    }
  }

  private static Tournament ofRows(Backend b, SecretTensor x) {
    long[] rows = new long[x.size()];
    for (int i = 0; i < rows.length; i++) {
      int row = i / x.shape().columns();
      rows[i] = row;
    }
    return new Tournament(x, b.constant(x.shape(), FixedPoint.INTEGER, rows), false);
  }

  /** Below all values: one that any of them had would win again over an equal one behind it. */
  private static List<Long> lowest(List<SecretTensor> tensors) {
    return tensors.stream().map(x -> -x.range().codeMax() - 1).toList();
  }

  /** The values, but where the distance to the winner is 0 the lowest code. */
  private static List<Tournament> without(
      Backend b, List<Tournament> all, List<SecretTensor> winners, List<Long> lowest) {
    List<SecretTensor> distances = new ArrayList<>();
    List<SecretTensor> above = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      distances.add(distances(b, all.get(i), winners.get(i)));
      SecretTensor raised = b.addCode(all.get(i).values(), -lowest.get(i));
      above.add(b.concatenate(List.of(raised, raised)));
    }
    List<SecretTensor> kept = Signs.selected(b, Signs.of(b, distances), above);
    List<Tournament> rest = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      SecretTensor both = b.reshape(kept.get(i), above.get(i).shape());
      int rows = all.get(i).values().shape().rows();
      SecretTensor sum = b.add(b.rowRange(both, 0, rows), b.rowRange(both, rows, 2 * rows));
      SecretTensor lowered =
          b.within(b.addCode(sum, lowest.get(i)), new ValueRange(-lowest.get(i)));
      rest.add(new Tournament(lowered, all.get(i).places(), false));
    }
    return rest;
  }

  /** From the winner, and to it: one of them is negative everywhere else. */
  private static SecretTensor distances(Backend b, Tournament tournament, SecretTensor winner) {
    int rows = tournament.values().shape().rows();
    SecretTensor distance = b.subtract(b.rows(winner, new int[rows]), tournament.places());
    return b.within(
        b.concatenate(List.of(distance, b.negate(distance))), ValueRange.of(new long[] {rows}));
  }
}
