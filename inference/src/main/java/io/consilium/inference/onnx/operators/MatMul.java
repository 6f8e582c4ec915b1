package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.MatrixProduct;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** MatMul: products of the matrices in the last two dimensions, as NumPy has it. */
final class MatMul implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value y = call.input(1);
    if (x.shape().rank() == 0 || y.shape().rank() == 0) {
      throw call.refusal("a product with a single number");
    }
    boolean rowVector = x.shape().rank() == 1;
    boolean columnVector = y.shape().rank() == 1;
    Value a = rowVector ? p.reshape(x, Dims.shape(1, x.shape().size())) : x;
    Value b = columnVector ? p.reshape(y, Dims.shape(y.shape().size(), 1)) : y;
    int m = fromTheEnd(a, 2);
    int k = fromTheEnd(a, 1);
    int n = fromTheEnd(b, 1);
    if (k != fromTheEnd(b, 2)) {
      throw call.refusal("inner dimensions of " + x.shape() + " and " + y.shape() + " differ");
    }
    Shape stack = stack(call, a, b);
    Value product;
    if (b.shape().rank() == 2) {
      Value rows = p.reshape(a, Dims.shape(1, a.shape().size() / Math.max(k, 1), k));
      product = multiplied(p, rows, p.reshape(b, Dims.shape(1, k, n)));
    } else {
      product = multiplied(p, stacked(p, a, stack, m, k), stacked(p, b, stack, k, n));
    }
    List<Integer> dimensions = new ArrayList<>(stack.dimensions());
    if (!rowVector) {
      dimensions.add(m);
    }
    if (!columnVector) {
      dimensions.add(n);
    }
    return List.of(p.reshape(product, new Shape(dimensions)));
  }

  private static Value multiplied(ProgramBuilder p, Value x, Value y) {
    return p.emit(new MatrixProduct(x, y, false, Optional.empty()), x.type());
  }

  private static int fromTheEnd(Value x, int place) {
    return Dims.dim(x.shape(), x.shape().rank() - place);
  }

  private static Shape stack(Call call, Value a, Value b) {
    try {
      return Dims.broadcast(outer(a), outer(b));
    } catch (IllegalArgumentException e) {
      throw call.refusal(e.getMessage());
    }
  }

  private static Shape outer(Value x) {
    return new Shape(x.shape().dimensions().subList(0, x.shape().rank() - 2));
  }

  private static Value stacked(ProgramBuilder p, Value x, Shape stack, int rows, int columns) {
    List<Integer> dimensions = new ArrayList<>(stack.dimensions());
    dimensions.add(rows);
    dimensions.add(columns);
    Value all = p.broadcast(x, new Shape(dimensions));
    return p.reshape(all, Dims.shape(stack.size(), rows, columns));
  }
}
