package io.consilium.datasets.source;

import io.consilium.datasets.TestSchemas;
import io.consilium.datasets.schema.StudySchema;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small images of two classes. */
final class ImageFixture {
  static final int IMAGE_MAGIC = 2051;
  static final int LABEL_MAGIC = 2049;

  private ImageFixture() {}

  /** Images of 2 x 3 pixels and their classes. */
  static StudySchema schema() {
    return TestSchemas.parse(
        """
        columns:
          - {name: image, type: image, height: 2, width: 3}
          - {name: sick, type: category, categories: ["0", "1"], role: label}
        """);
  }

  /** A file of the idx format: a magic number, dimensions, values. */
  static byte[] idx(int magic, int[] dimensions, int... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeInt(magic);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      for (int value : values) {
        out.writeByte(value);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /** As many images of 2 x 3 pixels; the pixels of the first are 0 to 5, of the second 6 to 11. */
  static byte[] images(int count) {
    int[] values = new int[6 * count];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return idx(IMAGE_MAGIC, new int[] {count, 2, 3}, values);
  }

  static byte[] labels(int... classes) {
    return idx(LABEL_MAGIC, new int[] {classes.length}, classes);
  }

  static void writeGzip(Path file, byte[] content) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
  }
}
