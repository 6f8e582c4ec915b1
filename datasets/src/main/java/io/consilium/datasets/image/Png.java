package io.consilium.datasets.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Greyscale PNG files of 8 or 16 bits, with the reader and the writer of the Java platform. Their
 * caches are in memory, never in a file: a picture is a record.
 */
public final class Png {
  private static final String FORMAT = "png";
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final String DAMAGED = "is a damaged or truncated PNG file";
  private static final String NOT_GREY =
      "is not a greyscale PNG file of 8 or 16 bits without transparency; convert it";

  private static final String NOT_PLAIN =
      "is not a PNG file of 8 or 16 bits, grey or red, green and blue, without transparency or a"
          + " palette; convert it";

  private static final int COLOURS = 3;

  private Png() {}

  static boolean isOne(byte[] content) {
    return content.length >= SIGNATURE.length
        && Arrays.equals(SIGNATURE, Arrays.copyOf(content, SIGNATURE.length));
  }

  static Pixels read(byte[] content) throws UnreadableImageException {
    Raster raster = raster(content, Png::requireGrey);
    return pixels(raster);
  }

  /** Grey or colours. */
  static Planes planes(byte[] content) throws UnreadableImageException {
    Raster raster = raster(content, Png::requirePlain);
    int area = raster.getHeight() * raster.getWidth();
    double[] values = new double[raster.getNumBands() * area];
    for (int band = 0; band < raster.getNumBands(); band++) {
      double white = (1 << raster.getSampleModel().getSampleSize(band)) - 1.0;
      int[] samples =
          raster.getSamples(
              raster.getMinX(),
              raster.getMinY(),
              raster.getWidth(),
              raster.getHeight(),
              band,
              (int[]) null);
      for (int i = 0; i < area; i++) {
        values[band * area + i] = samples[i] / white;
      }
    }
    return new Planes(raster.getNumBands(), raster.getHeight(), raster.getWidth(), values);
  }

  @FunctionalInterface
  private interface Requirement {
    void check(ImageTypeSpecifier type) throws UnreadableImageException;
  }

  private static Raster raster(byte[] content, Requirement requirement)
      throws UnreadableImageException {
    if (!PngChunks.areWhole(content)) {
      throw new UnreadableImageException(DAMAGED);
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName(FORMAT).next();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
      reader.setInput(in, true, true);
      ImageFiles.requireSize(reader.getHeight(0), reader.getWidth(0));
      requirement.check(reader.getRawImageType(0));
      reader.addIIOReadWarningListener(Png::refuse);
      return reader.read(0).getRaster();
    } catch (IOException | RuntimeException e) {
      // The reader of the platform answers some damaged files with exceptions of other kinds.
      throw new UnreadableImageException(DAMAGED);
    } finally {
      reader.dispose();
    }
  }

  /** The reader warns, and goes on, where pixels are missing. */
  private static void refuse(ImageReader reader, String warning) {
    throw new IllegalArgumentException(DAMAGED);
  }

  private static void requireGrey(ImageTypeSpecifier type) throws UnreadableImageException {
    boolean grey =
        type != null
            && type.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && type.getNumBands() == 1
            && (type.getBitsPerBand(0) == Byte.SIZE || type.getBitsPerBand(0) == Short.SIZE);
    if (!grey) {
      throw new UnreadableImageException(NOT_GREY);
    }
  }

  private static void requirePlain(ImageTypeSpecifier type) throws UnreadableImageException {
    boolean plain =
        type != null
            && !type.getColorModel().hasAlpha()
            && !(type.getColorModel() instanceof IndexColorModel)
            && (type.getNumBands() == 1 || type.getNumBands() == COLOURS)
            && (type.getBitsPerBand(0) == Byte.SIZE || type.getBitsPerBand(0) == Short.SIZE);
    if (!plain) {
      throw new UnreadableImageException(NOT_PLAIN);
    }
  }

  private static Pixels pixels(Raster raster) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    int[] values = raster.getSamples(0, 0, width, height, 0, (int[]) null);
    if (raster.getSampleModel().getSampleSize(0) == Byte.SIZE) {
      byte[] bytes = new byte[values.length];
      for (int i = 0; i < values.length; i++) {
        bytes[i] = (byte) values[i];
      }
      return Pixels.ofBytes(height, width, bytes);
    }
    short[] shorts = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      shorts[i] = (short) values[i];
    }
    return Pixels.ofShorts(height, width, shorts);
  }

  /** A PNG file of a picture: 8 bits if that is enough for its values, otherwise 16. */
  public static byte[] write(Pixels pixels) {
    boolean wide = pixels.largest() >= 1 << Byte.SIZE;
    BufferedImage image =
        new BufferedImage(
            pixels.width(),
            pixels.height(),
            wide ? BufferedImage.TYPE_USHORT_GRAY : BufferedImage.TYPE_BYTE_GRAY);
    WritableRaster raster = image.getRaster();
    DataBuffer values = raster.getDataBuffer();
    for (int i = 0; i < pixels.count(); i++) {
      values.setElem(i, pixels.at(i));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, FORMAT, out)) {
        throw new IllegalStateException("every Java platform writes PNG files");
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written to", e);
    }
    return bytes.toByteArray();
  }
}
