package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.constants.ConstantOperator.Evaluation;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;

/** Operators that compute every element by itself, of tensors that are repeated to one shape. */
final class Elementwise {
  private Elementwise() {}

  static Evaluation unary(DoubleUnaryOperator f) {
    return call -> {
      double[] z = Arrays.stream(call.elements(0)).map(f).toArray();
      return List.of(new Tensor(call.type(0), call.shape(0), z));
    };
  }

  static Evaluation truth(DoubleUnaryOperator f) {
    return call -> {
      double[] z = Arrays.stream(call.elements(0)).map(f).toArray();
      return List.of(new Tensor(ElementType.BOOL, call.shape(0), z));
    };
  }

  static Evaluation binary(DoubleBinaryOperator f) {
    return call -> List.of(combined(call, call.type(0), f));
  }

  static Evaluation comparison(DoubleBinaryOperator f) {
    return call -> List.of(combined(call, ElementType.BOOL, f));
  }

  static Evaluation bits(LongBinaryOperator f) {
    return call -> {
      long[] _ = call.exact(0);
      long[] _ = call.exact(1);
      return List.of(
          combined(
              call,
              call.type(0),
              (x, y) -> Casts.wrapped(f.applyAsLong((long) x, (long) y), call.type(0))));
    };
  }

  static List<Tensor> not(ConstantCall call) {
    double[] z =
        Arrays.stream(call.exact(0)).mapToDouble(x -> Casts.wrapped(~x, call.type(0))).toArray();
    return List.of(new Tensor(call.type(0), call.shape(0), z));
  }

  private static Tensor combined(ConstantCall call, ElementType type, DoubleBinaryOperator f) {
    requireNoOldAxis(call);
    Shape shape = common(call, call.shape(0), call.shape(1));
    double[] x = repeated(call.input(0), shape);
    double[] y = repeated(call.input(1), shape);
    double[] z = new double[shape.size()];
    Arrays.setAll(z, i -> f.applyAsDouble(x[i], y[i]));
    return new Tensor(type, shape, z);
  }

  /** Until version 6 the second tensor could begin at an axis of the first. */
  private static void requireNoOldAxis(ConstantCall call) {
    if (call.attributes().has("axis")) {
      throw new IllegalArgumentException("its attribute 'axis' is not supported");
    }
  }

  private static Shape common(ConstantCall call, Shape x, Shape y) {
    Shape shape = Dims.broadcast(x, y);
    call.room().accept(shape.size());
    return shape;
  }

  private static double[] repeated(Tensor x, Shape shape) {
    double[] elements = x.elements();
    if (x.shape().equals(shape)) {
      return elements;
    }
    int[] places = Dims.repeated(x.shape(), shape);
    return Arrays.stream(places).mapToDouble(place -> elements[place]).toArray();
  }

  static List<Tensor> where(ConstantCall call) {
    Shape shape = common(call, Dims.broadcast(call.shape(0), call.shape(1)), call.shape(2));
    double[] condition = repeated(call.input(0), shape);
    double[] x = repeated(call.input(1), shape);
    double[] y = repeated(call.input(2), shape);
    double[] z = new double[shape.size()];
    Arrays.setAll(z, i -> condition[i] != 0 ? x[i] : y[i]);
    return List.of(new Tensor(call.type(1), shape, z));
  }

  /** The remainder with the sign of the divisor, or with fmod that of the dividend, as C has it. */
  static List<Tensor> mod(ConstantCall call) {
    boolean ofDividend = call.attributes().isSet("fmod");
    if (!ofDividend && (call.type(0).isReal() || call.type(1).isReal())) {
      throw new IllegalArgumentException("'fmod' has to be 1 for reals");
    }
    return List.of(
        combined(
            call,
            call.type(0),
            (x, y) -> ofDividend || x % y == 0 || x < 0 == y < 0 ? x % y : x % y + y));
  }

  static List<Tensor> shift(ConstantCall call) {
    boolean left = call.attributes().choice("direction", "LEFT", "RIGHT").equals("LEFT");
    if (!call.attributes().has("direction")) {
      throw new IllegalArgumentException("it has no direction");
    }
    long[] counts = call.exact(1);
    if (Arrays.stream(counts).anyMatch(count -> count < 0)) {
      throw new IllegalArgumentException("it shifts by a negative number");
    }
    return bits((x, y) -> y >= Long.SIZE ? 0 : left ? x << y : x >>> y).of(call);
  }

  static List<Tensor> infinite(ConstantCall call) {
    boolean negative = call.attributes().integer("detect_negative", 1) != 0;
    boolean positive = call.attributes().integer("detect_positive", 1) != 0;
    return truth(x -> Double.isInfinite(x) && (x < 0 ? negative : positive) ? 1 : 0).of(call);
  }

  /** The shrinking function: 0 around 0, and nearer to it elsewhere. */
  static List<Tensor> shrink(ConstantCall call) {
    double bias = call.attributes().real("bias", 0);
    double lambda = call.attributes().real("lambd", 0.5);
    return unary(x -> x < -lambda ? x + bias : x > lambda ? x - bias : 0).of(call);
  }
}
