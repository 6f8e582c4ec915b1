package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.MatrixProduct;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/** Gemm: alpha A B + beta C, where alpha goes into whichever factor is known. */
final class Gemm implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value a = matrix(call, 0);
    Value left = isSet(call, "transA") ? p.transpose(a, List.of(1, 0)) : a;
    Value right = matrix(call, 1);
    boolean transposed = isSet(call, "transB");
    int columns = Dims.dim(right.shape(), transposed ? 0 : 1);
    if (Dims.dim(left.shape(), 1) != Dims.dim(right.shape(), transposed ? 1 : 0)) {
      throw call.refusal(
          "inner dimensions of "
              + left.shape()
              + " and "
              + right.shape()
              + (transposed ? " transposed" : "")
              + " differ");
    }
    double alpha = call.attributes().real("alpha", 1);
    double beta = call.attributes().real("beta", 1);
    Value x = right.isKnown() ? left : p.multiply(left, alpha);
    Value y = right.isKnown() ? p.multiply(right, alpha) : right;
    Optional<Value> summand = call.optional(2).map(c -> p.multiply(c, beta));
    Optional<Value> bias = summand.flatMap(c -> vector(p, c, columns));
    Value product =
        p.reshape(
            p.emit(new MatrixProduct(stacked(p, x), stacked(p, y), transposed, bias)),
            Dims.shape(Dims.dim(left.shape(), 0), columns));
    return List.of(summand.isPresent() && bias.isEmpty() ? p.add(product, summand.get()) : product);
  }

  private static Value stacked(ProgramBuilder p, Value x) {
    return p.reshape(x, Dims.shape(1, Dims.dim(x.shape(), 0), Dims.dim(x.shape(), 1)));
  }

  /** C as a row that is added everywhere. */
  private static Optional<Value> vector(ProgramBuilder p, Value c, int columns) {
    Shape shape = c.shape();
    boolean row =
        shape.size() == columns
            && (shape.rank() == 1 || shape.rank() == 2 && Dims.dim(shape, 0) == 1);
    return row ? Optional.of(p.reshape(c, Shape.vector(columns))) : Optional.empty();
  }

  private static Value matrix(Call call, int i) {
    Value x = call.input(i);
    if (x.shape().rank() != 2) {
      throw call.refusal("input " + i + " has the shape " + x.shape() + " and is no matrix");
    }
    return x;
  }

  private static boolean isSet(Call call, String attribute) {
    return call.attributes().integer(attribute, 0) != 0;
  }
}
