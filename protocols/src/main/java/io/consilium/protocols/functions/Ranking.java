package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which of k values is the largest, from the comparisons of all pairs at once: the largest beats
 * every other. Of equal values the first counts as larger, so that exactly one is the largest.
 *
 * <p>Shape: [k, n], a ranking for each column. Rounds: 5 for the comparisons, and the depth of an
 * AND of their bits, ceil(log2(k - 1)), or ceil(log2(k)) with a margin. A tournament would take 7
 * rounds for every doubling of k, and k - 1 comparisons instead of k (k - 1) / 2.
 *
 * @param largest per row a vector of n bits: whether it is the largest of its column
 * @param near per row a vector of n bits: whether it is at most the margin below the largest; empty
 *     without a margin
 */
record Ranking(List<SecretBits> largest, List<SecretBits> near) {
  /** From here on the pairs cost more than a tournament saves. */
  static final int VALUES_MAX = 16;

  static Ranking of(Backend b, SecretTensor values) {
    Comparison comparison = new Comparison(b, values.shape().rows(), values.shape().columns());
    comparison.compare(values, List.of());
    return new Ranking(comparison.largest(), List.of());
  }

  /** Ranks and finds the values within a margin, a positive code of their format. */
  static Ranking withMargin(Backend b, SecretTensor values, long margin) {
    Comparison comparison = new Comparison(b, values.shape().rows(), values.shape().columns());
    comparison.compare(values, List.of(margin));
    return comparison.ranked();
  }

  /** The bits of all pairs. */
  private static final class Comparison {
    private final Backend b;
    private final int k;
    private final int columns;

    /** Entry [i][j], i below j: whether value i is below value j. */
    private final SecretBits[][] below;

    /** Entry [i][j]: whether value i is more than the margin below value j. */
    private final SecretBits[][] farBelow;

    Comparison(Backend b, int k, int columns) {
      if (k < 2 || k > VALUES_MAX) {
        throw new IllegalArgumentException("all pairs of " + k + " values");
      }
      this.b = b;
      this.k = k;
      this.columns = columns;
      this.below = new SecretBits[k][k];
      this.farBelow = new SecretBits[k][k];
    }

    void compare(SecretTensor values, List<Long> margin) {
      int[] left = pairs().mapToInt(pair -> pair[0]).toArray();
      int[] right = pairs().mapToInt(pair -> pair[1]).toArray();
      SecretTensor difference = b.subtract(b.rows(values, left), b.rows(values, right));
      List<SecretTensor> compared = new ArrayList<>(List.of(difference));
      for (long code : margin) {
        compared.add(b.addCode(difference, code));
        compared.add(b.addCode(b.negate(difference), code));
      }
      SecretBits negative = b.negative(b.concatenate(compared));
      for (int p = 0; p < left.length; p++) {
        below[left[p]][right[p]] = vector(negative, p);
        if (!margin.isEmpty()) {
          farBelow[left[p]][right[p]] = vector(negative, left.length + p);
          farBelow[right[p]][left[p]] = vector(negative, 2 * left.length + p);
        }
      }
    }

    private Stream<int[]> pairs() {
      return IntStream.range(0, k)
          .boxed()
          .flatMap(i -> IntStream.range(i + 1, k).mapToObj(j -> new int[] {i, j}));
    }

    private SecretBits vector(SecretBits bits, int index) {
      return b.slice(bits, index * columns, (index + 1) * columns);
    }

    /** For every other value, whether value i beats it. */
    private List<SecretBits> wins(int i) {
      List<SecretBits> wins = new ArrayList<>();
      for (int j = 0; j < k; j++) {
        if (j != i) {
          wins.add(j < i ? below[j][i] : b.not(below[i][j]));
        }
      }
      return wins;
    }

    List<SecretBits> largest() {
      return all(b, IntStream.range(0, k).mapToObj(this::wins).toList());
    }

    /**
     * A value is near if the largest, whichever it is, is not far above it. The bit of a pair joins
     * the smaller half of the wins of the larger value, which keeps the depth at its least.
     */
    Ranking ranked() {
      int half = k == 2 ? 0 : Integer.highestOneBit(k - 2);
      List<List<SecretBits>> first = new ArrayList<>();
      List<List<SecretBits>> second = new ArrayList<>();
      for (int j = 0; j < k; j++) {
        List<SecretBits> wins = wins(j);
        first.add(wins.subList(0, half));
        List<SecretBits> rest = wins.subList(half, wins.size());
        second.add(rest);
        for (int i = 0; i < k; i++) {
          if (i != j) {
            second.add(Stream.concat(rest.stream(), Stream.of(b.not(farBelow[i][j]))).toList());
          }
        }
      }
      List<SecretBits> joined = half == 0 ? all(b, second) : joined(first, second);
      return new Ranking(largestOf(joined), nearOf(joined));
    }

    private List<SecretBits> joined(List<List<SecretBits>> first, List<List<SecretBits>> second) {
      List<SecretBits> parts = all(b, Stream.concat(first.stream(), second.stream()).toList());
      List<SecretBits> left =
          parts.subList(0, k).stream()
              .flatMap(part -> Collections.nCopies(k, part).stream())
              .toList();
      return b.and(left, parts.subList(k, parts.size()));
    }

    private List<SecretBits> largestOf(List<SecretBits> joined) {
      return IntStream.range(0, k).mapToObj(j -> joined.get(j * k)).toList();
    }

    /** Exactly one value is the largest, so at most one term of each sum is 1. */
    private List<SecretBits> nearOf(List<SecretBits> joined) {
      List<SecretBits> near = new ArrayList<>(largestOf(joined));
      for (int j = 0; j < k; j++) {
        int at = j * k + 1;
        for (int i = 0; i < k; i++) {
          if (i != j) {
            near.set(i, b.xor(near.get(i), joined.get(at++)));
          }
        }
      }
      return near;
    }
  }

  /** The AND of each list, all lists in the same rounds. */
  private static List<SecretBits> all(Backend b, List<List<SecretBits>> lists) {
    List<List<SecretBits>> now = lists;
    while (now.stream().anyMatch(list -> list.size() > 1)) {
      List<SecretBits> left = new ArrayList<>();
      List<SecretBits> right = new ArrayList<>();
      for (List<SecretBits> list : now) {
        for (int i = 0; i + 1 < list.size(); i += 2) {
          left.add(list.get(i));
          right.add(list.get(i + 1));
        }
      }
      List<SecretBits> products = b.and(left, right);
      List<List<SecretBits>> next = new ArrayList<>();
      int at = 0;
      for (List<SecretBits> list : now) {
        int half = list.size() / 2;
        List<SecretBits> shorter = new ArrayList<>(products.subList(at, at + half));
        at += half;
        if (list.size() % 2 == 1) {
          shorter.add(list.getLast());
        }
        next.add(shorter);
      }
      now = next;
    }
    return now.stream().map(List::getFirst).toList();
  }
}
