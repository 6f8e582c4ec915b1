package io.consilium.inference.onnx.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a softmax reads, with masks that a format holds: minus infinity, -1e9, the smallest float
 * and whatever stands for them become {@link #MASKED}. The exponential of a score so far below the
 * others is zero either way, as long as scores stay within some thousands, which the domain of the
 * softmax demands.
 *
 * <p>Scores are followed back through sums, choices, factors and places. Weights are cut off
 * without looking at them, so that the program does not depend on one.
 */
public final class Masks {
  /** Further below than the exponential reaches, and small enough for 16 fraction bits. */
  static final double MASKED = -4096;

  private final ProgramBuilder p;

  private Masks(ProgramBuilder p) {
    this.p = p;
  }

  /** The scores with masks that a format holds; the same value if there are none. */
  public static Value bounded(ProgramBuilder p, Value scores) {
    return new Masks(p).bounded(scores, false);
  }

  /**
   * The same of a summand.
   *
   * @param negated whether it is subtracted
   */
  private Value bounded(Value x, boolean negated) {
    if (x.isKnown()) {
      return cut(x, negated);
    }
    return switch (x.origin().orElse(null)) {
      case Gathered gathered -> gathered(x, gathered, negated);
      case Reshaped(Value inner, var shape) -> {
        Value other = bounded(inner, negated);
        yield other == inner ? x : p.reshape(other, shape);
      }
      case Joined joined -> {
        List<Value> parts = joined.parts().stream().map(part -> bounded(part, negated)).toList();
        yield parts.equals(joined.parts()) ? x : p.emit(new Joined(parts), x.type());
      }
      case Sum sum -> {
        Value left = bounded(sum.x(), negated);
        Value right = bounded(sum.y(), negated != sum.negated());
        boolean same = left == sum.x() && right == sum.y();
        yield same ? x : p.emit(new Sum(left, right, sum.negated()), x.type());
      }
      case Product product when product.x().isKnown() -> {
        Value factor = cut(product.x(), negated);
        yield factor == product.x() ? x : p.emit(new Product(factor, product.y()), x.type());
      }
      case Product product when product.y().isKnown() -> {
        Value factor = cut(product.y(), negated);
        yield factor == product.y() ? x : p.emit(new Product(product.x(), factor), x.type());
      }
      case Chosen chosen -> {
        Value ifTrue = bounded(chosen.x(), negated);
        Value ifFalse = bounded(chosen.y(), negated);
        boolean same = ifTrue == chosen.x() && ifFalse == chosen.y();
        yield same ? x : p.emit(new Chosen(chosen.condition(), ifTrue, ifFalse), x.type());
      }
      case null, default -> x;
    };
  }

  private Value cut(Value known, boolean negated) {
    double low = negated ? Double.NEGATIVE_INFINITY : MASKED;
    double high = negated ? -MASKED : Double.POSITIVE_INFINITY;
    boolean lies =
        known.isPublic()
            && Arrays.stream(known.known().elements()).allMatch(z -> low <= z && z <= high);
    return lies ? known : p.emit(new Clipped(known, low, high), known.type());
  }

  /** Marks of infinity become the masked score, which is joined to what is gathered of. */
  private Value gathered(Value x, Gathered gathered, boolean negated) {
    Value inner = bounded(gathered.x(), negated);
    if (!gathered.hasInfinities()) {
      return inner == gathered.x() ? x : p.gather(inner, x.shape(), gathered.indices());
    }
    int mark = negated ? Gathered.HIGHEST : Gathered.LOWEST;
    int[] indices = gathered.indices().clone();
    int masked = inner.shape().size();
    Arrays.setAll(indices, i -> indices[i] == mark ? masked : indices[i]);
    List<Value> parts = new ArrayList<>();
    parts.add(inner);
    parts.add(p.constant(negated ? -MASKED : MASKED));
    return p.gather(p.emit(new Joined(parts), x.type()), x.shape(), indices);
  }
}
