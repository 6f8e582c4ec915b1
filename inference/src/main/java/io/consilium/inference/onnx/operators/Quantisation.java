package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Rounded;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reals as small integers and back: q = saturate(round(x / scale) + zero), x = (q - zero) scale.
 *
 * @param scale one number, or one for each place of an axis
 * @param zero the same of integers
 * @param axis which
 */
record Quantisation(Call call, Value scale, Optional<Value> zero, long axis) {
  static Quantisation of(Call call, int scale, int zero, long axis) {
    if (call.attributes().integer("block_size", 0) != 0) {
      throw call.refusal("scales of blocks are not supported; one for all or one per channel are");
    }
    return new Quantisation(
        call,
        call.input(scale),
        call.optional(zero).map(_ -> call.program().constant(call.known(zero))),
        axis);
  }

  private ProgramBuilder p() {
    return call.program();
  }

  /** One number for each place of the axis, in as many dimensions as x has. */
  private Value beside(Value number, Value x) {
    int size = number.shape().size();
    if (size == 1) {
      return p().reshape(number, Dims.shape());
    }
    int rank = x.shape().rank();
    List<Integer> dimensions = new ArrayList<>(Dims.ones(rank));
    int place = call.axis(axis, rank);
    if (Dims.dim(x.shape(), place) != size) {
      throw call.refusal(size + " scales do not fit the axis " + axis + " of " + x.shape());
    }
    dimensions.set(place, size);
    return p().reshape(number, new Shape(dimensions));
  }

  /** The integers of a type that stand for reals. */
  Value quantised(Value x, ElementType type) {
    Value whole = p().emit(new Rounded(Rounded.Mode.HALF_TO_EVEN, p().divide(x, beside(scale, x))));
    Value shifted = zero.map(z -> p().add(whole, real(beside(z, x)))).orElse(whole);
    return p().as(type, p().clip(shifted, lowest(type), highest(type)));
  }

  /** The reals that integers stand for. */
  Value reals(Value q) {
    return p().multiply(centred(q), beside(scale, q));
  }

  /** The integers less the one that stands for zero. */
  Value centred(Value q) {
    return zero.map(z -> p().subtract(real(q), real(beside(z, q)))).orElseGet(() -> real(q));
  }

  private Value real(Value x) {
    return p().as(ElementType.FLOAT, x);
  }

  /** The type of the integers: that of the zero, or what an attribute says. */
  ElementType type() {
    long number = call.attributes().integer("output_dtype", 0);
    return zero.map(Value::type).or(() -> ElementType.numbered(number)).orElse(ElementType.UINT8);
  }

  private double lowest(ElementType type) {
    return switch (type) {
      case UINT8, UINT16 -> 0;
      case INT8 -> Byte.MIN_VALUE;
      case INT16 -> Short.MIN_VALUE;
      case FLOAT, FLOAT16, DOUBLE, INT32, INT64, UINT32, UINT64, BOOL ->
          throw call.refusal("it quantises to " + type + ", which is not supported");
    };
  }

  private double highest(ElementType type) {
    return switch (type) {
      case UINT8 -> (1 << Byte.SIZE) - 1;
      case UINT16 -> (1 << Short.SIZE) - 1;
      case INT8 -> Byte.MAX_VALUE;
      case INT16 -> Short.MAX_VALUE;
      case FLOAT, FLOAT16, DOUBLE, INT32, INT64, UINT32, UINT64, BOOL ->
          throw call.refusal("it quantises to " + type + ", which is not supported");
    };
  }
}
