package io.consilium.inference.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Data of tensors in files beside the model's. No path may lead out of that folder. */
final class ExternalData {
  private final Path directory;
  private final ModelLimits limits;

  ExternalData(Path directory, ModelLimits limits) {
    this.directory = directory;
    this.limits = limits;
  }

  /** So many bytes of where the entries point to. */
  ByteString read(List<StringStringEntryProto> entries, long bytes, String name) {
    Map<String, String> byKey = new HashMap<>();
    entries.forEach(entry -> byKey.put(entry.getKey(), entry.getValue()));
    String location =
        Optional.ofNullable(byKey.get("location"))
            .orElseThrow(() -> new ModelRefused(name + " lies in no file that it names"));
    Path file = inside(location, name);
    long offset = number(byKey.getOrDefault("offset", "0"), name);
    long length = number(byKey.getOrDefault("length", String.valueOf(bytes)), name);
    if (length != bytes) {
      throw new ModelRefused(
          "%s has %d bytes in '%s', and its shape asks for %d"
              .formatted(name, length, location, bytes));
    }
    return bytes(file, offset, bytes, name);
  }

  private Path inside(String location, String name) {
    try {
      Path relative = Path.of(location);
      Path file = directory.resolve(relative).normalize();
      if (relative.isAbsolute() || !file.startsWith(directory)) {
        throw outside(location, name);
      }
      if (!Files.isRegularFile(file)) {
        throw new ModelRefused("%s lies in '%s', which is no file".formatted(name, location));
      }
      if (!file.toRealPath().startsWith(directory.toRealPath())) {
        throw outside(location, name);
      }
      return file;
    } catch (InvalidPathException | IOException e) {
      throw new ModelRefused("%s: the path of its data cannot be used".formatted(name), e);
    }
  }

  private static ModelRefused outside(String location, String name) {
    return new ModelRefused(
        "%s lies in '%s', outside of the model's folder; put its data beside the model"
            .formatted(name, location));
  }

  private static long number(String text, String name) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ModelRefused("%s: '%s' is no place in a file".formatted(name, text), e);
    }
    throw new ModelRefused("%s: '%s' is no place in a file".formatted(name, text));
  }

  private ByteString bytes(Path file, long offset, long bytes, String name) {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      if (bytes > limits.fileBytesMax() || offset > opened.length() - bytes) {
        throw new ModelRefused(
            "%s: '%s' has no %d bytes at %d".formatted(name, file.getFileName(), bytes, offset));
      }
      byte[] content = new byte[Math.toIntExact(bytes)];
      opened.seek(offset);
      opened.readFully(content);
      return UnsafeByteOperations.unsafeWrap(content);
    } catch (IOException e) {
      throw new ModelRefused("%s: '%s' cannot be read".formatted(name, file.getFileName()), e);
    }
  }
}
