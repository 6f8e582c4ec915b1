package io.consilium.bench.networks;

import io.consilium.inference.onnx.proto.StringStringEntryProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Numbers of 32 bits one behind the other, as ONNX keeps the weights of large models. */
final class WeightFile implements AutoCloseable {
  private static final int FLOAT = 1;
  private static final int BUFFER_BYTES = 1 << 20;

  private final String name;
  private final OutputStream stream;
  private long written;

  private WeightFile(String name, OutputStream stream) {
    this.name = name;
    this.stream = stream;
  }

  static WeightFile create(Path file) throws IOException {
    return new WeightFile(
        file.getFileName().toString(),
        new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES));
  }

  /** Where the next tensor lies. */
  TensorProto place(String tensor, long... dims) {
    long elements = 1;
    TensorProto.Builder proto = TensorProto.newBuilder().setName(tensor).setDataType(FLOAT);
    for (long dim : dims) {
      proto.addDims(dim);
      elements *= dim;
    }
    return proto
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", name))
        .addExternalData(entry("offset", String.valueOf(written)))
        .addExternalData(entry("length", String.valueOf(elements * Float.BYTES)))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  void write(float[] numbers) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    stream.write(bytes.array());
    written += bytes.capacity();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
