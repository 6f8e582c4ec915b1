package io.consilium.inference.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.proto.ModelProto;
import io.consilium.inference.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Files of ONNX, whose bytes nobody vouches for. Sizes are checked before anything is read, and
 * messages may nest only so deep. What is wrong is said of "the file": whoever gave it names it.
 */
public final class OnnxFile {
  private OnnxFile() {}

  /** A model and the folder that its external data may lie in. */
  public record Model(ModelProto proto, Path directory) {}

  /**
   * Reads a model.
   *
   * @throws ModelRefused if there is none, or it is larger than the limits
   */
  public static Model readModel(Path file, ModelLimits limits) {
    ModelProto proto = read(file, limits, ModelProto::parseFrom);
    return new Model(proto, file.toAbsolutePath().normalize().getParent());
  }

  /** A tensor in a file of its own, as test data are kept. */
  public static Tensor readTensor(Path file, ModelLimits limits) {
    TensorProto proto = read(file, limits, TensorProto::parseFrom);
    Path directory = file.toAbsolutePath().normalize().getParent();
    String name = "tensor of " + file.getFileName();
    return TensorReader.requireFinite(new TensorReader(directory, limits).read(proto, name), name);
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(CodedInputStream input) throws IOException;
  }

  private static <T> T read(Path file, ModelLimits limits, Parser<T> parser) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelRefused("there is no such file");
      }
      long bytes = Files.size(file);
      if (bytes > limits.fileBytesMax()) {
        throw new ModelRefused(
            "the file has %d bytes; at most %d are read".formatted(bytes, limits.fileBytesMax()));
      }
      try (InputStream stream = Files.newInputStream(file)) {
        CodedInputStream input = CodedInputStream.newInstance(stream);
        int _ = input.setSizeLimit(Math.toIntExact(limits.fileBytesMax()));
        int _ = input.setRecursionLimit(limits.nestingMax());
        T message = parser.parse(input);
        input.checkLastTagWas(0);
        return message;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new ModelRefused("the file is damaged, cut off, or not of ONNX", e);
    } catch (NoSuchFileException e) {
      throw new ModelRefused("there is no such file", e);
    } catch (IOException e) {
      throw new ModelRefused("the file cannot be read: " + e.getMessage(), e);
    }
  }
}
