package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Values of which every one carries a label, column by column: neighbours play against each other,
 * so that order is kept, and of equal ones the earlier is known. Rounds: 7 for each doubling of k.
 *
 * @param values [k, n]
 * @param places their labels, [k, n]
 * @param last whether of equal values the last one wins, or the first
 */
public record Tournament(SecretTensor values, SecretTensor places, boolean last) {
  /** The labels of the winners of several, [1, n], in the rounds of the one with most rows. */
  public static List<SecretTensor> winners(Backend b, List<Tournament> tournaments) {
    return played(b, tournaments).stream().map(Tournament::places).toList();
  }

  /** The winners of several with their labels, [1, n], in the rounds of the one with most rows. */
  static List<Tournament> played(Backend b, List<Tournament> tournaments) {
    List<Tournament> all = new ArrayList<>(tournaments);
    List<Integer> playing = playing(all);
    while (!playing.isEmpty()) {
      List<Tournament> after = round(b, playing.stream().map(all::get).toList());
      for (int i = 0; i < after.size(); i++) {
        all.set(playing.get(i), after.get(i));
      }
      playing = playing(all);
    }
    return all;
  }

  private static List<Integer> playing(List<Tournament> all) {
    return IntStream.range(0, all.size()).filter(i -> all.get(i).rows() > 1).boxed().toList();
  }

  private int rows() {
    return values.shape().rows();
  }

  private static List<Tournament> round(Backend b, List<Tournament> all) {
    List<Pairs> pairs = all.stream().map(tournament -> Pairs.of(b, tournament)).toList();
    List<SecretBits> signs = Signs.of(b, pairs.stream().map(Pairs::compared).toList());
    List<SecretBits> leftWins = new ArrayList<>();
    List<SecretTensor> changes = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      SecretBits wins = all.get(i).last ? signs.get(i) : b.not(signs.get(i));
      leftWins.addAll(List.of(wins, wins));
      changes.addAll(List.of(pairs.get(i).values(), pairs.get(i).places()));
    }
    List<SecretTensor> taken = Signs.selected(b, leftWins, changes);
    List<Tournament> after = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      after.add(all.get(i).after(b, taken.get(2 * i), taken.get(2 * i + 1)));
    }
    return after;
  }

  /** What the right ones of all pairs are less the left ones. */
  private record Pairs(SecretTensor values, SecretTensor places, SecretTensor compared) {
    static Pairs of(Backend b, Tournament t) {
      SecretTensor values = b.subtract(t.right(b, t.values), t.left(b, t.values));
      SecretTensor places = b.subtract(t.right(b, t.places), t.left(b, t.places));
      return new Pairs(values, places, t.last ? values : b.negate(values));
    }
  }

  private SecretTensor left(Backend b, SecretTensor x) {
    return b.rows(x, every(0));
  }

  private SecretTensor right(Backend b, SecretTensor x) {
    return b.rows(x, every(1));
  }

  private int[] every(int offset) {
    int[] indices = new int[rows() / 2];
    Arrays.setAll(indices, i -> 2 * i + offset);
    return indices;
  }

  private Tournament after(Backend b, SecretTensor ofValues, SecretTensor ofPlaces) {
    return new Tournament(winners(b, values, ofValues), winners(b, places, ofPlaces), last);
  }

  private SecretTensor winners(Backend b, SecretTensor x, SecretTensor change) {
    SecretTensor right = right(b, x);
    SecretTensor winners = b.within(b.subtract(right, b.reshape(change, right.shape())), x.range());
    return rows() % 2 == 0
        ? winners
        : b.concatenate(List.of(winners, b.rowRange(x, rows() - 1, rows())));
  }
}
