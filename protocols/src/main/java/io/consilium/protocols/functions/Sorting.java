package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Batcher's merge exchange for any number of values (Knuth, The Art of Computer Programming 3,
 * section 5.2.2, algorithm M): which places are compared depends on their number only, so nothing
 * is learnt of the order.
 *
 * <p>With t = ceil(log2 n) there are t (t + 1) / 2 layers of up to n / 2 comparisons. Rounds: 7 a
 * layer. Bytes: about 54 a comparison of 32 bits. Leaks: n.
 */
public final class Sorting {
  private Sorting() {}

  /**
   * Rows of a matrix, each in ascending order, all in the same rounds: [rows, n] to [rows, n].
   *
   * @param values with a declared range, whose double is compared
   */
  public static SecretTensor ascending(Backend b, SecretTensor values) {
    ValueRange range = values.range();
    // Values as rows of the transpose: a place of the network is a row then.
    SecretTensor sorted = b.transpose(values);
    for (Layer layer : layers(values.shape().columns())) {
      SecretTensor now = sorted;
      sorted = b.scoped(() -> List.of(b.within(layer.exchanged(b, now), range))).getFirst();
    }
    return b.transpose(sorted);
  }

  /** Pairs of places of which none is in two: left[i] is before right[i]. */
  private record Layer(int places, int[] left, int[] right) {
    /** The smaller of each pair goes to its left place, the larger to its right one. */
    SecretTensor exchanged(Backend b, SecretTensor values) {
      SecretTensor lower = b.rows(values, left);
      SecretTensor upper = b.rows(values, right);
      SecretTensor difference = b.subtract(upper, lower);
      SecretBits swapped = b.negative(difference);
      SecretTensor move = b.reshape(b.select(swapped, difference), difference.shape());
      SecretTensor all =
          b.concatenate(List.of(values, b.add(lower, move), b.subtract(upper, move)));
      return b.rows(all, sources());
    }

    private int[] sources() {
      int[] sources = new int[places];
      for (int i = 0; i < places; i++) {
        sources[i] = i;
      }
      for (int i = 0; i < left.length; i++) {
        sources[left[i]] = places + i;
        sources[right[i]] = places + left.length + i;
      }
      return sources;
    }

    @Override
    public String toString() {
      return "Layer[" + left.length + "]";
    }
  }

  private static List<Layer> layers(int n) {
    List<Layer> layers = new ArrayList<>();
    int top = n < 2 ? 0 : Integer.highestOneBit(n - 1);
    for (int p = top; p > 0; p >>= 1) {
      int q = top;
      int rest = 0;
      int distance = p;
      while (true) {
        layers.add(layer(n, p, rest, distance));
        if (q == p) {
          break;
        }
        distance = q - p;
        q >>= 1;
        rest = p;
      }
    }
    return layers;
  }

  private static Layer layer(int n, int p, int rest, int distance) {
    int[] left = IntStream.range(0, n - distance).filter(i -> (i & p) == rest).toArray();
    int[] right = Arrays.stream(left).map(i -> i + distance).toArray();
    return new Layer(n, left, right);
  }
}
