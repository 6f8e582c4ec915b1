package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.functions.PiecewiseFunction;
import java.util.function.DoubleUnaryOperator;

/**
 * A function that is a line on either side of an interval and smooth pieces inside. Rounds: 14, and
 * 2 for the format of the argument.
 *
 * @param f the function itself, everywhere
 * @param rises whether it never falls, so that the ends of an interval bound it
 * @param bend where it is smallest, if it falls first
 */
record Smooth(
    String title, DoubleUnaryOperator f, PiecewiseFunction pieces, boolean rises, double bend)
    implements Function {
  /** A function that never falls. */
  static Smooth rising(String title, DoubleUnaryOperator f, PiecewiseFunction pieces) {
    return new Smooth(title, f, pieces, true, 0);
  }

  @Override
  public double at(double x) {
    return f.applyAsDouble(x);
  }

  @Override
  public Interval range(Interval x) {
    double low = f.applyAsDouble(x.low());
    double high = f.applyAsDouble(x.high());
    Interval ends = new Interval(Math.min(low, high), Math.max(low, high));
    boolean inside = !rises && x.low() < bend && bend < x.high();
    return inside ? ends.or(new Interval(f.applyAsDouble(bend), Math.max(low, high))) : ends;
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public int fractionBitsMax() {
    return PiecewiseFunction.INPUT.fractionBits();
  }

  @Override
  public SecretTensor of(Step step) {
    SecretTensor x = step.operand(0, PiecewiseFunction.INPUT.fractionBits());
    return pieces.at(step.backend(), x);
  }
}
