package io.consilium.datasets.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Greyscale pictures in files of their own; the first bytes of a file say which format it has. */
public final class ImageFiles {
  /** A file of one picture of the sizes that are offered is far smaller, whatever its format. */
  static final int FILE_BYTES_MAX = 32 << 20;

  /** Pixels of one picture; a schema may ask for much fewer only. */
  static final int PIXELS_MAX = 1 << 24;

  private ImageFiles() {}

  /**
   * Reads a PNG or DICOM file of 8 or 16 bits.
   *
   * @throws UnreadableImageException with a reason that holds nothing from the picture
   */
  public static Pixels read(Path file) throws UnreadableImageException {
    byte[] content = content(file);
    if (Png.isOne(content)) {
      return Png.read(content);
    }
    if (Dicom.isOne(content)) {
      return Dicom.read(content);
    }
    throw new UnreadableImageException("is neither a PNG nor a DICOM file");
  }

  /**
   * Reads a PNG file of 8 or 16 bits, grey or in colours, without transparency.
   *
   * @throws UnreadableImageException with a reason that holds nothing from the picture
   */
  public static Planes planes(Path file) throws UnreadableImageException {
    byte[] content = content(file);
    if (!Png.isOne(content)) {
      throw new UnreadableImageException("is no PNG file");
    }
    return Png.planes(content);
  }

  private static byte[] content(Path file) throws UnreadableImageException {
    try {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new UnreadableImageException("is larger than " + (FILE_BYTES_MAX >> 20) + " MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UnreadableImageException("cannot be read");
    }
  }

  static void requireSize(long height, long width) throws UnreadableImageException {
    if (height < 1 || width < 1 || height > PIXELS_MAX / width) {
      throw new UnreadableImageException(
          "is "
              + height
              + " x "
              + width
              + " pixels by its header; there may be 1 to "
              + PIXELS_MAX
              + " in all");
    }
  }
}
