package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The largest of k vectors, element by element, in rounds of pairs: k - 1 comparisons and as many
 * selections, ceil(log2 k) times 7 rounds. All pairs at once would take 5 rounds and a few for
 * their bits, but k (k - 1) / 2 comparisons.
 *
 * <p>Of equal values the later one wins.
 *
 * @param wins of each level, the first first: for one pair behind the other whether the earlier
 *     value is larger
 */
record Tournament(SecretTensor largest, int count, List<SecretBits> wins) {
  /**
   * Plays it.
   *
   * @param differences what the difference of any two values keeps to
   */
  static Tournament of(Backend b, List<SecretTensor> values, ValueRange differences) {
    List<SecretBits> wins = new ArrayList<>();
    List<SecretTensor> now = values;
    while (now.size() > 1) {
      int pairs = now.size() / 2;
      SecretTensor right = every(b, now, 1);
      SecretTensor difference = b.within(b.subtract(right, every(b, now, 0)), differences);
      SecretBits leftWins = b.negative(difference);
      SecretTensor larger = b.subtract(right, b.select(leftWins, difference));
      wins.add(leftWins);
      now = next(b, now, larger, pairs);
    }
    return new Tournament(now.getFirst(), values.size(), wins);
  }

  /** The earlier (0) or the later (1) of each pair, one vector behind the other. */
  private static SecretTensor every(Backend b, List<SecretTensor> values, int offset) {
    List<SecretTensor> chosen = new ArrayList<>();
    for (int i = 0; i + 1 < values.size(); i += 2) {
      chosen.add(values.get(i + offset));
    }
    return chosen.size() == 1 ? chosen.getFirst() : b.concatenate(chosen);
  }

  /** The winners, and whoever had no opponent. */
  private static List<SecretTensor> next(
      Backend b, List<SecretTensor> values, SecretTensor larger, int pairs) {
    List<SecretTensor> winners = new ArrayList<>();
    if (pairs == 1) {
      winners.add(larger);
    } else {
      int size = larger.size() / pairs;
      SecretTensor rows = b.reshape(larger, Shape.matrix(pairs, size));
      for (int i = 0; i < pairs; i++) {
        winners.add(b.reshape(b.rowRange(rows, i, i + 1), values.getFirst().shape()));
      }
    }
    if (values.size() % 2 == 1) {
      winners.add(values.getLast());
    }
    return winners;
  }

  /**
   * For each of the values whether it is the one that won: exactly one is. Rounds: one less than
   * there were levels. Bytes: 3/8 per comparison but the last.
   */
  List<SecretBits> chosen(Backend b) {
    List<SecretBits> chosen = List.of();
    for (int level = wins.size() - 1; level >= 0; level--) {
      chosen = descended(b, chosen, level);
    }
    return chosen;
  }

  /** Values at a level. */
  private int width(int level) {
    int width = count;
    for (int i = 0; i < level; i++) {
      width = (width + 1) / 2;
    }
    return width;
  }

  private List<SecretBits> descended(Backend b, List<SecretBits> above, int level) {
    int width = width(level);
    int pairs = width / 2;
    int size = wins.get(level).size() / pairs;
    List<SecretBits> left = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      left.add(b.slice(wins.get(level), i * size, (i + 1) * size));
    }
    if (above.isEmpty()) {
      return List.of(left.getFirst(), b.not(left.getFirst()));
    }
    List<SecretBits> both = b.and(left, above.subList(0, pairs));
    List<SecretBits> chosen = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      chosen.add(both.get(i));
      chosen.add(b.xor(above.get(i), both.get(i)));
    }
    chosen.addAll(above.subList(pairs, above.size()));
    return chosen;
  }
}
