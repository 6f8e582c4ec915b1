package io.consilium.datasets.image;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file of unsigned bytes in the idx format of the MNIST data: the bytes 0, 0, 8 and the number of
 * dimensions, then each dimension as a big-endian integer, then the values, the first dimension
 * outermost (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"). A name
 * that ends in {@code .gz} is decompressed.
 */
public final class IdxFile {
  private static final int UNSIGNED_BYTES = 8;
  private static final int SIDE_MAX = 1 << 14;
  private static final int BUFFER_BYTES = 1 << 16;

  private final int height;
  private final int width;
  private final byte[][] records;

  private IdxFile(int height, int width, byte[][] records) {
    this.height = height;
    this.width = width;
    this.records = records;
  }

  /**
   * A file of pictures, with three dimensions: how many, height, width.
   *
   * @param recordsMax how many there may be
   * @param bytesMax how many pixels there may be in all
   */
  public static IdxFile images(Path file, int recordsMax, long bytesMax)
      throws UnreadableImageException {
    return read(file, 3, recordsMax, bytesMax);
  }

  /** A file of classes, with one dimension: how many. */
  public static IdxFile labels(Path file, int recordsMax) throws UnreadableImageException {
    return read(file, 1, recordsMax, Integer.MAX_VALUE);
  }

  private static IdxFile read(Path file, int dimensions, int recordsMax, long bytesMax)
      throws UnreadableImageException {
    try (DataInputStream in = open(file)) {
      return read(in, dimensions, recordsMax, bytesMax);
    } catch (ZipException e) {
      throw new UnreadableImageException("is not a gzip file, or it is damaged");
    } catch (EOFException e) {
      throw new UnreadableImageException("is empty or ends within its header");
    } catch (IOException e) {
      throw new UnreadableImageException("cannot be read");
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      InputStream in =
          file.toString().endsWith(".gz") ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
      return new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private static IdxFile read(DataInputStream in, int dimensions, int recordsMax, long bytesMax)
      throws IOException, UnreadableImageException {
    int expected = UNSIGNED_BYTES << Byte.SIZE | dimensions;
    if (in.readInt() != expected) {
      throw new UnreadableImageException(
          "is not an idx file of unsigned bytes with "
              + (dimensions == 1 ? "one dimension" : dimensions + " dimensions")
              + " (magic number "
              + expected
              + ")");
    }
    int count = dimension(in, recordsMax, "records");
    int height = dimensions == 1 ? 1 : dimension(in, SIDE_MAX, "rows of pixels");
    int width = dimensions == 1 ? 1 : dimension(in, SIDE_MAX, "columns of pixels");
    if ((long) count * height * width > bytesMax) {
      throw new UnreadableImageException(
          "needs "
              + ((long) count * height * width >> 20)
              + " megabytes; raise limits.memoryMegabytes in datasets.yaml");
    }
    byte[][] records = new byte[count][];
    for (int i = 0; i < count; i++) {
      records[i] = record(in, height * width, i, count);
    }
    if (in.read() >= 0) {
      throw new UnreadableImageException(
          "goes on after the " + count + " records that its header says");
    }
    return new IdxFile(height, width, records);
  }

  private static int dimension(DataInputStream in, int max, String what)
      throws IOException, UnreadableImageException {
    int value = in.readInt();
    if (value < 1 || value > max) {
      throw new UnreadableImageException(
          "should have 1 to "
              + max
              + " "
              + what
              + ", by its header it has "
              + (value & 0xffffffffL));
    }
    return value;
  }

  private static byte[] record(DataInputStream in, int size, int index, int count)
      throws IOException, UnreadableImageException {
    byte[] record;
    try {
      record = in.readNBytes(size);
    } catch (EOFException endOfGzip) {
      record = new byte[0];
    }
    if (record.length < size) {
      throw new UnreadableImageException(
          "is truncated: it ends in record "
              + (index + 1)
              + " of the "
              + count
              + " that its header says");
    }
    return record;
  }

  public int count() {
    return records.length;
  }

  /** A picture, from 0 on. */
  public Pixels image(int index) {
    return Pixels.ofBytes(height, width, records[index]);
  }

  /** A class, from 0 on. */
  public int label(int index) {
    return records[index][0] & 0xff;
  }

  @Override
  public String toString() {
    return "IdxFile[" + records.length + " x " + height + " x " + width + "]";
  }
}
