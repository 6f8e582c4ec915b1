package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Convolution;
import io.consilium.inference.onnx.program.Instruction;
import io.consilium.inference.onnx.program.MatrixProduct;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Reshaped;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/**
 * What follows a product and can be made part of it: a known summand becomes the bias, which is
 * added before the truncation, and a known factor for each filter goes into the weights.
 */
final class Fusion {
  private Fusion() {}

  /** x + y as a product with a bias, if one of them is a product that nothing else reads. */
  static List<Value> add(Call call) {
    Value x = call.input(0);
    Value y = call.input(1);
    if (call.attributes().has("axis")) {
      return new Arithmetic(ProgramBuilder::add).translate(call);
    }
    return withBias(call, x, y)
        .or(() -> withBias(call, y, x))
        .map(List::of)
        .orElseGet(() -> new Arithmetic(ProgramBuilder::add).translate(call));
  }

  private static Optional<Value> withBias(Call call, Value product, Value summand) {
    if (!summand.isKnown() || !call.isUsedOnce().test(product)) {
      return Optional.empty();
    }
    ProgramBuilder p = call.program();
    return switch (product.origin().orElse(null)) {
      case Convolution c when c.bias().isEmpty() ->
          perChannel(call, summand, product.shape())
              .map(bias ->
                  p.emit(new Convolution(c.geometry(), c.x(), c.weights(), Optional.of(bias))));
      case Reshaped(Value inner, Shape shape) when inner.origin().isPresent() ->
          matrixWithBias(call, inner.origin().get(), summand, shape)
              .map(sum -> p.reshape(sum, shape));
      case null, default -> Optional.empty();
    };
  }

  private static Optional<Value> matrixWithBias(
      Call call, Instruction origin, Value summand, Shape shape) {
    if (!(origin instanceof MatrixProduct m) || m.bias().isPresent() || shape.rank() == 0) {
      return Optional.empty();
    }
    int columns = shape.dimensions().getLast();
    int rank = summand.shape().rank();
    boolean row =
        summand.shape().size() == columns
            && rank > 0
            && rank <= shape.rank()
            && summand.shape().dimensions().getLast() == columns;
    if (!row || m.shape().columns() == 0 || m.shape().dimensions().getLast() != columns) {
      return Optional.empty();
    }
    Value bias = call.program().reshape(summand, Shape.vector(columns));
    return Optional.of(
        call.program().emit(new MatrixProduct(m.x(), m.y(), m.transposed(), Optional.of(bias))));
  }

  /** A tensor that is the same at every place of a channel, as a vector. */
  private static Optional<Value> perChannel(Call call, Value y, Shape x) {
    int channels = x.dimensions().get(1);
    int missing = x.rank() - y.shape().rank();
    if (missing < 0 || y.shape().size() != channels) {
      return Optional.empty();
    }
    int axis = 1 - missing;
    boolean fits = channels == 1 || axis >= 0 && y.shape().dimensions().get(axis) == channels;
    return fits ? Optional.of(call.program().reshape(y, Shape.vector(channels))) : Optional.empty();
  }

  /** x * factor + shift for every channel, in the weights of the convolution that x is. */
  static Optional<Value> scaled(Call call, Value x, Value factor, Value shift) {
    boolean known = factor.isKnown() && shift.isKnown() && call.isUsedOnce().test(x);
    if (!known || !(x.origin().orElse(null) instanceof Convolution c) || !c.weights().isKnown()) {
      return Optional.empty();
    }
    if (c.bias().isPresent() && !c.bias().get().isKnown()) {
      return Optional.empty();
    }
    ProgramBuilder p = call.program();
    Value weights = p.scaleRows(c.weights(), factor);
    Value bias = c.bias().map(before -> p.add(p.multiply(before, factor), shift)).orElse(shift);
    return Optional.of(p.emit(new Convolution(c.geometry(), c.x(), weights, Optional.of(bias))));
  }
}
