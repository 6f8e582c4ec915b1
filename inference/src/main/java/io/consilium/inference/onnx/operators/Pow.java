package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * Pow: by products for a small integer, by a root for halves, and as exp(y ln x) for what else
 * there is, where x must be positive.
 */
final class Pow implements Operator {
  private static final int INTEGER_MAX = 8;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value y = call.input(1);
    if (x.isKnown() && y.isKnown()) {
      return List.of(p.fold(x, y, x.type(), Math::pow));
    }
    if (y.isKnown() && y.shape().size() == 1) {
      double exponent = p.publish(y).elements()[0];
      if (exponent == Math.rint(exponent) && Math.abs(exponent) <= INTEGER_MAX) {
        Value power = integer(p, x, (int) Math.abs(exponent));
        return List.of(exponent < 0 ? p.divide(p.constant(1), power) : power);
      }
      if (exponent == 0.5) {
        return List.of(p.apply(Functions.SQRT, x));
      }
      if (exponent == -0.5) {
        return List.of(p.apply(Functions.INVERSE_SQRT, x));
      }
    }
    Value logarithm = p.apply(Functions.LOG, x);
    return List.of(p.apply(Functions.EXP, p.multiply(logarithm, y)));
  }

  /** By squares, so that the rounds grow with the logarithm of the exponent. */
  private static Value integer(ProgramBuilder p, Value x, int exponent) {
    if (exponent == 0) {
      return p.add(p.multiply(x, 0), 1);
    }
    Value half = exponent == 1 ? x : integer(p, x, exponent / 2);
    if (exponent == 1) {
      return x;
    }
    Value square = p.multiply(half, half);
    return exponent % 2 == 0 ? square : p.multiply(square, x);
  }
}
