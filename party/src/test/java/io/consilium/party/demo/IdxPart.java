package io.consilium.party.demo;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The first records of files in the idx format of MNIST, as smaller files of the same names. */
final class IdxPart {
  private static final int IMAGE_HEADER = 16;
  private static final int LABEL_HEADER = 8;
  private static final int PIXELS = 28 * 28;

  private IdxPart() {}

  /**
   * Writes the first images and their labels.
   *
   * @param part {@code train} or {@code t10k}
   */
  static void write(Path from, Path to, String part, int count) throws IOException {
    copy(from, to, part + "-images-idx3-ubyte.gz", IMAGE_HEADER, PIXELS, count);
    copy(from, to, part + "-labels-idx1-ubyte.gz", LABEL_HEADER, 1, count);
  }

  private static void copy(Path from, Path to, String name, int header, int size, int count)
      throws IOException {
    try (DataInputStream in =
            new DataInputStream(new GZIPInputStream(Files.newInputStream(from.resolve(name))));
        DataOutputStream out =
            new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(to.resolve(name))))) {
      out.writeInt(in.readInt());
      in.readInt();
      out.writeInt(count);
      out.write(in.readNBytes(header - 2 * Integer.BYTES));
      out.write(in.readNBytes(count * size));
    }
  }
}
