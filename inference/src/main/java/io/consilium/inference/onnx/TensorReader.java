package io.consilium.inference.onnx;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.protocols.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Tensors of a model's file. The shape is checked before memory is taken for it, the number of
 * elements against it, and reals that are not finite are refused.
 */
final class TensorReader {
  /** Tensors of so many elements stay in the file, and are read each time they are needed. */
  private static final int ON_DEMAND_FROM = 1 << 16;

  private final ExternalData external;
  private final ModelLimits limits;

  /**
   * A reader.
   *
   * @param directory which external data may not leave
   */
  TensorReader(Path directory, ModelLimits limits) {
    this.external = new ExternalData(directory, limits);
    this.limits = limits;
  }

  /** The tensor; {@code name} says in messages which it is. */
  Tensor read(TensorProto proto, String name) {
    ElementType type =
        ElementType.numbered(proto.getDataType())
            .orElseThrow(() ->
                new ModelRefused(
                    "%s has elements of ONNX type %d, which is not supported; export it with 32-bit"
                            .formatted(name, proto.getDataType())
                        + " floating-point numbers or 64-bit integers"));
    Shape shape = Shapes.of(proto.getDimsList(), limits, name);
    double[] elements = checked(proto, type, shape, name);
    return elements.length < ON_DEMAND_FROM
        ? new Tensor(type, shape, elements)
        : Tensor.onDemand(type, shape, isFinite(elements), () -> checked(proto, type, shape, name));
  }

  private static boolean isFinite(double[] elements) {
    return Arrays.stream(elements).noneMatch(Double::isInfinite);
  }

  private double[] checked(TensorProto proto, ElementType type, Shape shape, String name) {
    double[] elements = elements(proto, type, shape.size(), name);
    if (type.isReal()) {
      requireNumbers(elements, name);
    }
    return elements;
  }

  /** The bytes of a tensor that lies in another file. */
  ByteString raw(TensorProto proto, String name) {
    Tensor tensor = read(proto, name);
    return external.read(
        proto.getExternalDataList(), (long) tensor.shape().size() * tensor.type().bytes(), name);
  }

  /** Infinities mean no bound, or what is masked; where they mean neither the program says so. */
  private static void requireNumbers(double[] elements, String name) {
    for (int i = 0; i < elements.length; i++) {
      if (Double.isNaN(elements[i])) {
        throw new ModelRefused(
            "%s: element %d is not a finite number; a fixed-point format has no NaN and no infinity"
                .formatted(name, i));
      }
    }
  }

  /**
   * Checks the elements of an input, of which each has to be finite.
   *
   * @throws ModelRefused if one is not
   */
  static Tensor requireFinite(Tensor tensor, String name) {
    if (!tensor.isFinite()) {
      throw new ModelRefused(name + ": an element is not a finite number");
    }
    return tensor;
  }

  private double[] elements(TensorProto proto, ElementType type, int count, String name) {
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      long bytes = (long) count * type.bytes();
      return raw(external.read(proto.getExternalDataList(), bytes, name), type, count, name);
    }
    if (proto.hasRawData()) {
      return raw(proto.getRawData(), type, count, name);
    }
    return switch (type) {
      case FLOAT -> listed(proto.getFloatDataList(), i -> proto.getFloatData(i), count, name);
      case DOUBLE -> listed(proto.getDoubleDataList(), i -> proto.getDoubleData(i), count, name);
      case INT64 -> listed(proto.getInt64DataList(), i -> proto.getInt64Data(i), count, name);
      case UINT32, UINT64 ->
          listed(proto.getUint64DataList(), i -> proto.getUint64Data(i), count, name);
      case FLOAT16 ->
          listed(
              proto.getInt32DataList(),
              i -> Float.float16ToFloat((short) proto.getInt32Data(i)),
              count,
              name);
      case UINT8, INT8, UINT16, INT16, INT32, BOOL ->
          listed(proto.getInt32DataList(), i -> proto.getInt32Data(i), count, name);
    };
  }

  private static double[] listed(
      List<?> data, IntToDoubleFunction element, int count, String name) {
    requireCount(data.size(), count, name);
    double[] elements = new double[count];
    Arrays.setAll(elements, element);
    return elements;
  }

  private static void requireCount(long actual, long expected, String name) {
    if (actual != expected) {
      throw new ModelRefused(
          "%s has %d elements, and its shape asks for %d".formatted(name, actual, expected));
    }
  }

  private static double[] raw(ByteString bytes, ElementType type, int count, String name) {
    if (bytes.size() != (long) count * type.bytes()) {
      throw new ModelRefused(
          "%s has %d bytes, and its shape asks for %d"
              .formatted(name, bytes.size(), (long) count * type.bytes()));
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double[] elements = new double[count];
    for (int i = 0; i < count; i++) {
      elements[i] =
          switch (type) {
            case FLOAT -> buffer.getFloat();
            case DOUBLE -> buffer.getDouble();
            case FLOAT16 -> Float.float16ToFloat(buffer.getShort());
            case INT64 -> buffer.getLong();
            case UINT64 -> buffer.getLong();
            case UINT32 -> Integer.toUnsignedLong(buffer.getInt());
            case INT32 -> buffer.getInt();
            case INT16 -> buffer.getShort();
            case UINT16 -> Short.toUnsignedInt(buffer.getShort());
            case INT8 -> buffer.get();
            case UINT8 -> Byte.toUnsignedInt(buffer.get());
            case BOOL -> buffer.get() == 0 ? 0 : 1;
          };
    }
    return elements;
  }
}
