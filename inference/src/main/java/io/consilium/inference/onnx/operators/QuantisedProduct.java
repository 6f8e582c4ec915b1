package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * QLinearMatMul and QLinearConv: factors are made reals, multiplied, and quantised again.
 *
 * @param axis along which the second factor may have several scales
 */
record QuantisedProduct(Operator product, long axis) implements Operator {
  /** Columns of a matrix. */
  static final long MATRICES = -1;

  /** Filters. */
  static final long CONVOLUTION = 0;

  private static final int BIAS = 8;

  @Override
  public List<Value> translate(Call call) {
    Quantisation left = Quantisation.of(call, 1, 2, MATRICES);
    Quantisation right = Quantisation.of(call, 4, 5, axis);
    List<Optional<Value>> factors = new ArrayList<>();
    factors.add(Optional.of(left.reals(call.input(0))));
    factors.add(Optional.of(right.reals(call.input(3))));
    if (call.has(BIAS)) {
      factors.add(Optional.of(bias(call)));
    }
    Value z = product.translate(call.with(factors)).getFirst();
    Quantisation result = Quantisation.of(call, 6, 7, 1);
    return List.of(result.quantised(z, result.type()));
  }

  /** In units of both scales. */
  private static Value bias(Call call) {
    ProgramBuilder p = call.program();
    Value scale =
        p.multiply(
            p.reshape(call.input(1), io.consilium.inference.onnx.program.Dims.shape()),
            call.input(4));
    return p.multiply(p.as(ElementType.FLOAT, call.input(BIAS)), scale);
  }
}
