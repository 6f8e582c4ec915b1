package io.consilium.inference.onnx.program;

import java.util.Optional;

/** Types of elements that an import knows, with their numbers in ONNX. */
public enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  UINT16(4, 2),
  INT16(5, 2),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  DOUBLE(11, 8),
  UINT32(12, 4),
  UINT64(13, 8);

  private final int number;
  private final int bytes;

  ElementType(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** Bytes of one element in raw data. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are real numbers. */
  public boolean isReal() {
    return switch (this) {
      case FLOAT, FLOAT16, DOUBLE -> true;
      case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, BOOL -> false;
    };
  }

  /** The type with this number in ONNX, if it is one of these. */
  public static Optional<ElementType> numbered(long number) {
    for (ElementType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
