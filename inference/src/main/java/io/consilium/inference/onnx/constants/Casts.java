package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import java.util.Arrays;
import java.util.List;

/** Numbers in other types, and whole numbers that stand for reals. */
public final class Casts {
  private Casts() {}

  static List<Tensor> cast(ConstantCall call) {
    return List.of(cast(call.input(0), type(call, "to", null)));
  }

  static List<Tensor> castLike(ConstantCall call) {
    return List.of(cast(call.input(0), call.type(1)));
  }

  private static ElementType type(ConstantCall call, String attribute, ElementType otherwise) {
    long number = call.attributes().integer(attribute, 0);
    if (number == 0 && otherwise != null) {
      return otherwise;
    }
    return ElementType.numbered(number)
        .orElseThrow(
            () -> new IllegalArgumentException("the ONNX type " + number + " is not supported"));
  }

  /**
   * A tensor of another type.
   *
   * @throws IllegalArgumentException if a real does not fit an integer type
   */
  public static Tensor cast(Tensor x, ElementType type) {
    if (x.type() == type) {
      return x;
    }
    double[] z =
        Arrays.stream(x.elements()).map(element -> cast(element, x.type(), type)).toArray();
    return new Tensor(type, x.shape(), z);
  }

  private static double cast(double x, ElementType from, ElementType to) {
    return switch (to) {
      case FLOAT -> (float) x;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) x));
      case DOUBLE -> x;
      case BOOL -> x != 0 ? 1 : 0;
      case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64 ->
          from.isReal() ? truncated(x, to) : wrapped((long) x, to);
    };
  }

  private static double truncated(double x, ElementType type) {
    double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
    if (!(whole >= low(type) && whole <= high(type))) {
      throw new IllegalArgumentException(x + " does not fit the type " + type);
    }
    return whole;
  }

  /** Without the bits that a type has no room for. */
  static double wrapped(long x, ElementType type) {
    return switch (type) {
      case UINT8 -> x & 0xff;
      case INT8 -> (byte) x;
      case UINT16 -> x & 0xffff;
      case INT16 -> (short) x;
      case INT32 -> (int) x;
      case UINT32 -> x & 0xffff_ffffL;
      case BOOL -> x != 0 ? 1 : 0;
      case INT64, UINT64, FLOAT, FLOAT16, DOUBLE -> x;
    };
  }

  private static double low(ElementType type) {
    return switch (type) {
      case INT8 -> Byte.MIN_VALUE;
      case INT16 -> Short.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      case INT64 -> Long.MIN_VALUE;
      case UINT8, UINT16, UINT32, UINT64, BOOL -> 0;
      case FLOAT, FLOAT16, DOUBLE -> Double.NEGATIVE_INFINITY;
    };
  }

  private static double high(ElementType type) {
    return switch (type) {
      case BOOL -> 1;
      case UINT8 -> 0xff;
      case INT8 -> Byte.MAX_VALUE;
      case UINT16 -> 0xffff;
      case INT16 -> Short.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      case UINT32 -> 0xffff_ffffL;
      case INT64 -> Long.MAX_VALUE;
      case UINT64 -> 0x1p64;
      case FLOAT, FLOAT16, DOUBLE -> Double.POSITIVE_INFINITY;
    };
  }

  // ---- quantisation ----------------------------------------------------------------------------

  static List<Tensor> dequantize(ConstantCall call) {
    Scales scales = Scales.of(call, 0);
    ElementType type = type(call, "output_dtype", call.type(1));
    double[] x = call.elements(0);
    double[] z = new double[x.length];
    Arrays.setAll(z, i -> (x[i] - scales.zero(i)) * scales.scale(i));
    return List.of(new Tensor(type, call.shape(0), z));
  }

  static List<Tensor> quantize(ConstantCall call) {
    Scales scales = Scales.of(call, 0);
    ElementType type = call.has(2) ? call.type(2) : type(call, "output_dtype", ElementType.UINT8);
    double[] x = call.elements(0);
    double[] z = new double[x.length];
    Arrays.setAll(
        z,
        i -> Math.clamp(Math.rint(x[i] / scales.scale(i)) + scales.zero(i), low(type), high(type)));
    return List.of(new Tensor(type, call.shape(0), z));
  }

  /** One scale and one zero for all, for each place of an axis, or for each block along it. */
  private record Scales(double[] scales, double[] zeros, int inner, int length, long block) {
    static Scales of(ConstantCall call, int input) {
      double[] scales = call.elements(1);
      double[] zeros = call.has(2) ? call.elements(2) : new double[scales.length];
      int rank = call.shape(input).rank();
      long axisGiven = call.attributes().integer("axis", 1);
      long block = call.attributes().integer("block_size", 0);
      if (zeros.length != scales.length || block < 0) {
        throw new IllegalArgumentException("scales and zero points do not fit each other");
      }
      if (scales.length == 1 && block == 0) {
        return new Scales(scales, zeros, 1, 1, 0);
      }
      int axis = ConstantCall.axis(axisGiven, rank);
      int length = call.shape(input).dimensions().get(axis);
      int inner = 1;
      int outer = 1;
      for (int d = 0; d < rank; d++) {
        inner *= d > axis ? call.shape(input).dimensions().get(d) : 1;
        outer *= d < axis ? call.shape(input).dimensions().get(d) : 1;
      }
      long wanted = block == 0 ? length : (long) outer * Math.ceilDiv((long) length, block) * inner;
      if (scales.length != wanted) {
        throw new IllegalArgumentException(scales.length + " scales for " + wanted);
      }
      return new Scales(scales, zeros, inner, length, block);
    }

    private int place(int i) {
      if (scales.length == 1) {
        return 0;
      }
      int at = i / inner % length;
      if (block == 0) {
        return at;
      }
      long blocks = Math.ceilDiv((long) length, block);
      int outer = i / inner / length;
      return (int) ((outer * blocks + at / block) * inner + i % inner);
    }

    double scale(int i) {
      return scales[place(i)];
    }

    double zero(int i) {
      return zeros[place(i)];
    }
  }
}
