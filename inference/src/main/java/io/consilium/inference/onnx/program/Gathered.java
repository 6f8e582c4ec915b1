package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * Elements at public places: transposing, slicing, repeating and padding are no more than that.
 * Local.
 *
 * @param indices into the elements of x, row-major; {@link #ZERO} for a zero, {@link #LOWEST} and
 *     {@link #HIGHEST} for minus and plus infinity, see {@link Infinities}
 */
public record Gathered(Value x, Shape shape, int[] indices) implements LocalInstruction {
  /** The index of a zero. */
  public static final int ZERO = -1;

  /** The index of what no element is below. */
  static final int LOWEST = -2;

  /** The index of what no element is above. */
  static final int HIGHEST = -3;

  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] from = operands.getFirst();
    double[] to = new double[indices.length];
    for (int i = 0; i < to.length; i++) {
      to[i] =
          switch (indices[i]) {
            case ZERO -> 0;
            case LOWEST -> Interval.of(from).low();
            case HIGHEST -> Interval.of(from).high();
            default -> from[indices[i]];
          };
    }
    return to;
  }

  @Override
  public Interval range(List<Interval> operands) {
    Interval range = operands.getFirst();
    return hasBelow(0, ZERO) ? range.or(new Interval(0, 0)) : range;
  }

  boolean hasInfinities() {
    return hasBelow(ZERO, HIGHEST);
  }

  /** Whether an index is below an end, and not below another. */
  private boolean hasBelow(int end, int least) {
    for (int index : indices) {
      if (index < end && index >= least) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public SecretTensor of(Step step) {
    Backend b = step.backend();
    SecretTensor x = step.operand(0);
    return hasBelow(0, HIGHEST)
        ? withConstants(b, x, step.records())
        : blocks(b, x, step.records());
  }

  private SecretTensor withConstants(Backend b, SecretTensor x, int records) {
    long end = x.range().isDeclared() ? x.range().codeMax() : 0;
    SecretTensor constants = b.constant(Dims.shape(3, 1), x.format(), new long[] {0, -end, end});
    SecretTensor column = b.reshape(x, Shape.matrix(x.size(), 1));
    int[] shifted = ofAll(indices, x.size() / records, records);
    for (int i = 0; i < shifted.length; i++) {
      int index = indices[i % indices.length];
      shifted[i] = index < 0 ? x.size() + ZERO - index : shifted[i];
    }
    return b.rows(b.concatenate(List.of(column, constants)), shifted);
  }

  /** Runs of neighbours are moved as rows. */
  private SecretTensor blocks(Backend b, SecretTensor x, int records) {
    int size = x.size() / records;
    int length = blockLength(size);
    int[] rows = new int[indices.length / length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = indices[i * length] / length;
    }
    SecretTensor matrix = b.reshape(x, Shape.matrix(x.size() / length, length));
    return b.rows(matrix, ofAll(rows, size / length, records));
  }

  /** Places in one record, of which each has so many, as places in all of them. */
  private static int[] ofAll(int[] places, int ofOne, int records) {
    int[] all = new int[places.length * records];
    for (int record = 0; record < records; record++) {
      for (int i = 0; i < places.length; i++) {
        all[record * places.length + i] = record * ofOne + places[i];
      }
    }
    return all;
  }

  /** The longest length that cuts x and the result into equal rows, each of which stays whole. */
  private int blockLength(int size) {
    int length = firstRun();
    length = gcd(gcd(length, size), indices.length);
    while (!isWhole(length)) {
      length = largestDivisorBelow(length);
    }
    return length;
  }

  private int firstRun() {
    int run = 1;
    while (run < indices.length && indices[run] == indices[run - 1] + 1) {
      run++;
    }
    return run;
  }

  private boolean isWhole(int length) {
    for (int i = 0; i < indices.length; i++) {
      boolean starts = i % length == 0;
      if (starts ? indices[i] % length != 0 : indices[i] != indices[i - 1] + 1) {
        return false;
      }
    }
    return true;
  }

  private static int largestDivisorBelow(int length) {
    int divisor = length / 2;
    while (length % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
