package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * x less its mean over axes, over the root of its variance.
 *
 * @param value the result
 * @param mean with length 1 in the axes
 * @param inverse one over the standard deviation, likewise
 */
record Normalization(Value value, Value mean, Value inverse) {
  static Normalization over(ProgramBuilder p, Value x, List<Integer> axes, double epsilon) {
    Value mean = p.sumOver(x, axes, true);
    Value centred = p.subtract(x, mean);
    Value variance = p.sumOver(p.multiply(centred, centred), axes, true);
    Value inverse = p.apply(Functions.INVERSE_SQRT, p.add(variance, epsilon));
    return new Normalization(p.multiply(centred, inverse), mean, inverse);
  }
}
