package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;

/** An instruction at work on shares: its operands, and the format and range of its result. */
public final class Step {
  private final Backend backend;
  private final IntFunction<SecretTensor> operands;
  private final List<Interval> intervals;
  private final Shape shape;
  private final Interval range;

  Step(
      Backend backend,
      IntFunction<SecretTensor> operands,
      List<Interval> intervals,
      Shape shape,
      Interval range) {
    this.backend = backend;
    this.operands = operands;
    this.intervals = List.copyOf(intervals);
    this.shape = shape;
    this.range = range;
  }

  public Backend backend() {
    return backend;
  }

  /** An operand in its own format. */
  public SecretTensor operand(int i) {
    return operands.apply(i);
  }

  /** An operand as a vector. */
  public SecretTensor flat(int i) {
    SecretTensor x = operand(i);
    return backend.reshape(x, Shape.vector(x.size()));
  }

  /** An operand with so many fraction bits. Rounds: 2 if it has more, else none. */
  public SecretTensor operand(int i, int fractionBits) {
    return inFormat(operand(i), fractionBits, interval(i));
  }

  public Interval interval(int i) {
    return intervals.get(i);
  }

  /** The format of the result. */
  public FixedPoint format() {
    return Scales.of(range);
  }

  /** What the result lies in. */
  public Interval range() {
    return range;
  }

  /** A tensor with so many fraction bits. Rounds: 2 if it has more, else none. */
  SecretTensor inFormat(SecretTensor x, int fractionBits, Interval interval) {
    int excess = x.format().fractionBits() - fractionBits;
    if (excess == 0) {
      return x;
    }
    SecretTensor changed = excess > 0 ? backend.truncate(x, excess) : backend.widen(x, -excess);
    return backend.within(changed, Scales.promise(interval, changed.format()));
  }

  /** The factors of a product whose sums lie in the range of this step, shortened if they must. */
  List<SecretTensor> factors(int i, int j) {
    SecretTensor x = operand(i);
    SecretTensor y = operand(j);
    int excess = x.format().fractionBits() + y.format().fractionBits() - Scales.productBits(range);
    if (excess <= 0) {
      return List.of(x, y);
    }
    int bitsOfX = Math.max(x.format().fractionBits() - (excess + 1) / 2, 0);
    int bitsOfY = Math.max(y.format().fractionBits() - excess / 2, 0);
    return List.of(inFormat(x, bitsOfX, interval(i)), inFormat(y, bitsOfY, interval(j)));
  }

  /** The result from a tensor of as many elements and any format. Rounds: 2 or none. */
  public SecretTensor result(SecretTensor x) {
    return inFormat(promised(x), format().fractionBits(), range);
  }

  private SecretTensor promised(SecretTensor x) {
    return backend.reshape(backend.within(x, Scales.promise(range, x.format())), shape);
  }

  /** The results of several steps. Rounds: 2 for all that have too many fraction bits, or none. */
  static List<SecretTensor> results(List<Step> steps, List<SecretTensor> tensors) {
    List<SecretTensor> longer = new ArrayList<>();
    List<Integer> excesses = new ArrayList<>();
    List<SecretTensor> results = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      SecretTensor x = steps.get(i).promised(tensors.get(i));
      int excess = x.format().fractionBits() - steps.get(i).format().fractionBits();
      if (excess > 0) {
        longer.add(x);
        excesses.add(excess);
      }
      results.add(x);
    }
    Iterator<SecretTensor> truncated =
        longer.isEmpty()
            ? Collections.emptyIterator()
            : steps
                .getFirst()
                .backend
                .truncate(longer, excesses.stream().mapToInt(Integer::intValue).toArray())
                .iterator();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      boolean isLonger = results.get(i).format().fractionBits() > step.format().fractionBits();
      SecretTensor x = isLonger ? truncated.next() : results.get(i);
      results.set(i, step.result(x));
    }
    return results;
  }

  /** The promise for numbers of an interval in the format of a tensor. */
  static ValueRange promise(Interval interval, SecretTensor x) {
    return Scales.promise(interval, x.format());
  }
}
