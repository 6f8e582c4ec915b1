package io.consilium.datasets.image;

import java.nio.ByteBuffer;

/**
 * Greyscale images in DICOM files without compression (DICOM PS3.3 section C.7.6.3): one frame of
 * unsigned values, taken as they are stored. {@code MONOCHROME1}, in which 0 is white, is turned
 * round, so that larger is always brighter.
 */
final class Dicom {
  private static final int SAMPLES_PER_PIXEL = 0x00280002;
  private static final int PHOTOMETRIC = 0x00280004;
  private static final int FRAMES = 0x00280008;
  private static final int ROWS = 0x00280010;
  private static final int COLUMNS = 0x00280011;
  private static final int BITS_ALLOCATED = 0x00280100;
  private static final int BITS_STORED = 0x00280101;
  private static final int HIGH_BIT = 0x00280102;
  private static final int SIGNED = 0x00280103;

  private Dicom() {}

  static boolean isOne(byte[] content) {
    return DicomElements.startsWithMark(content);
  }

  static Pixels read(byte[] content) throws UnreadableImageException {
    DicomElements elements = DicomElements.read(content);
    String photometric = elements.text(PHOTOMETRIC);
    boolean inverted = photometric.equals("MONOCHROME1");
    boolean grey = inverted || photometric.equals("MONOCHROME2");
    if (!grey
        || elements.number(SAMPLES_PER_PIXEL) != 1
        || (elements.has(FRAMES) && !elements.text(FRAMES).equals("1"))) {
      throw new UnreadableImageException("is a DICOM file that is not one greyscale image");
    }
    int allocated = elements.number(BITS_ALLOCATED);
    int stored = elements.number(BITS_STORED);
    if ((allocated != Byte.SIZE && allocated != Short.SIZE)
        || stored < 1
        || stored > allocated
        || elements.number(HIGH_BIT) != stored - 1
        || elements.number(SIGNED) != 0) {
      throw new UnreadableImageException(
          "is a DICOM file whose pixels are not unsigned numbers of 8 or 16 bits");
    }
    return pixels(elements, allocated, (1 << stored) - 1, inverted);
  }

  private static Pixels pixels(DicomElements elements, int allocated, int largest, boolean inverted)
      throws UnreadableImageException {
    int height = elements.number(ROWS);
    int width = elements.number(COLUMNS);
    ImageFiles.requireSize(height, width);
    ByteBuffer data = elements.value(DicomElements.PIXEL_DATA);
    int size = height * width * (allocated / Byte.SIZE);
    // A value has an even length; one byte may be padding.
    if (data.remaining() != size + (size & 1)) {
      throw new UnreadableImageException(
          "is a DICOM file with more or fewer pixels than its rows and columns say");
    }
    byte[] bytes = new byte[allocated == Byte.SIZE ? height * width : 0];
    short[] shorts = new short[allocated == Short.SIZE ? height * width : 0];
    for (int i = 0; i < height * width; i++) {
      int value = bytes.length > 0 ? data.get() & 0xff : data.getShort() & 0xffff;
      if (value > largest) {
        throw new UnreadableImageException(
            "is a DICOM file with something else in the bits above its pixels");
      }
      int grey = inverted ? largest - value : value;
      if (bytes.length > 0) {
        bytes[i] = (byte) grey;
      } else {
        shorts[i] = (short) grey;
      }
    }
    return bytes.length > 0
        ? Pixels.ofBytes(height, width, bytes)
        : Pixels.ofShorts(height, width, shorts);
  }
}
