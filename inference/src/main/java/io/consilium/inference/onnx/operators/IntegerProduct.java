package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** MatMulInteger and ConvInteger: a product of integers less their zeros. */
record IntegerProduct(Operator product) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    List<Optional<Value>> factors = new ArrayList<>();
    factors.add(Optional.of(centred(call, 0, 2)));
    factors.add(Optional.of(centred(call, 1, 3)));
    Value z = product.translate(call.with(factors)).getFirst();
    return List.of(call.program().as(ElementType.INT32, z));
  }

  private static Value centred(Call call, int factor, int zero) {
    // Zeros lie along the rows of the first factor and the columns of the second.
    Value x = call.program().as(ElementType.FLOAT, call.input(factor));
    if (!call.has(zero)) {
      return x;
    }
    Value known = call.program().constant(call.known(zero));
    if (known.shape().size() > 1) {
      throw call.refusal("a zero for each row or column is not supported; one for all is");
    }
    Value one = call.program().reshape(known, io.consilium.inference.onnx.program.Dims.shape());
    return call.program().subtract(x, call.program().as(ElementType.FLOAT, one));
  }
}
