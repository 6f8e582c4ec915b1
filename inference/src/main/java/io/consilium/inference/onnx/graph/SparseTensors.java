package io.consilium.inference.onnx.graph;

import com.google.protobuf.ByteString;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.SparseTensorProto;
import io.consilium.inference.onnx.proto.TensorProto;
import io.consilium.protocols.Limits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Sparse tensors written out: on shares every element costs the same, and which of them are zero is
 * as secret as the others.
 */
final class SparseTensors {
  private SparseTensors() {}

  /** The dense tensor of the same name. */
  static TensorProto dense(SparseTensorProto sparse) {
    TensorProto values = sparse.getValues();
    String name = "the sparse tensor '" + values.getName() + "'";
    ElementType type =
        ElementType.numbered(values.getDataType())
            .orElseThrow(() -> new ModelRefused(name + " has elements of an unsupported type"));
    long size = 1;
    for (long dimension : sparse.getDimsList()) {
      if (dimension < 0 || dimension > Limits.TENSOR_ELEMENTS_MAX) {
        throw new ModelRefused(name + " has an impossible shape: " + sparse.getDimsList());
      }
      size *= dimension;
      if (size > Limits.TENSOR_ELEMENTS_MAX) {
        throw new ModelRefused(name + " has too many elements: " + sparse.getDimsList());
      }
    }
    long[] places = places(sparse, (int) size, name);
    byte[] present = bytes(values, type, places.length, name);
    byte[] all = new byte[Math.toIntExact(size * type.bytes())];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(
          present, i * type.bytes(), all, (int) places[i] * type.bytes(), type.bytes());
    }
    return TensorProto.newBuilder()
        .setName(values.getName())
        .setDataType(values.getDataType())
        .addAllDims(sparse.getDimsList())
        .setRawData(ByteString.copyFrom(all))
        .build();
  }

  /** Indices into the flat tensor, or coordinates, a row for each element. */
  private static long[] places(SparseTensorProto sparse, int size, String name) {
    long[] indices = integers(sparse.getIndices(), name);
    int rank = sparse.getDimsCount();
    boolean coordinates = sparse.getIndices().getDimsCount() == 2;
    if (coordinates && (rank == 0 || indices.length % rank != 0)) {
      throw new ModelRefused(name + " has coordinates that do not fit its shape");
    }
    long[] places = new long[coordinates ? indices.length / rank : indices.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = coordinates ? place(sparse.getDimsList(), indices, i * rank, name) : indices[i];
      if (places[i] < 0 || places[i] >= size) {
        throw new ModelRefused(name + " has an element outside of its shape");
      }
    }
    return places;
  }

  private static long place(List<Long> dims, long[] indices, int from, String name) {
    long place = 0;
    for (int d = 0; d < dims.size(); d++) {
      long at = indices[from + d];
      if (at < 0 || at >= dims.get(d)) {
        throw new ModelRefused(name + " has an element outside of its shape");
      }
      place = place * dims.get(d) + at;
    }
    return place;
  }

  private static long[] integers(TensorProto tensor, String name) {
    if (!tensor.hasRawData()) {
      return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
    }
    ByteString raw = tensor.getRawData();
    if (raw.size() % Long.BYTES != 0) {
      throw new ModelRefused(name + " has damaged indices");
    }
    long[] integers = new long[raw.size() / Long.BYTES];
    raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(integers);
    return integers;
  }

  private static byte[] bytes(TensorProto values, ElementType type, int count, String name) {
    byte[] bytes;
    if (values.hasRawData()) {
      bytes = values.getRawData().toByteArray();
    } else if (type == ElementType.FLOAT) {
      ByteBuffer buffer =
          ByteBuffer.allocate(values.getFloatDataCount() * Float.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      values.getFloatDataList().forEach(buffer::putFloat);
      bytes = buffer.array();
    } else if (type == ElementType.DOUBLE) {
      ByteBuffer buffer =
          ByteBuffer.allocate(values.getDoubleDataCount() * Double.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      values.getDoubleDataList().forEach(buffer::putDouble);
      bytes = buffer.array();
    } else if (type == ElementType.INT64) {
      ByteBuffer buffer =
          ByteBuffer.allocate(values.getInt64DataCount() * Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      values.getInt64DataList().forEach(buffer::putLong);
      bytes = buffer.array();
    } else {
      throw new ModelRefused(name + " should hold its values as raw data");
    }
    if (bytes.length != (long) count * type.bytes()) {
      throw new ModelRefused(
          "%s has %d bytes of values for %d places".formatted(name, bytes.length, count));
    }
    return bytes;
  }
}
