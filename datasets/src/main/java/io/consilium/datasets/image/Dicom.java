package io.consilium.datasets.image;

import java.nio.ByteBuffer;

/**
 * Greyscale images in DICOM files without compression (DICOM PS3.3 section C.7.6.3): one frame. The
 * grey values are those of the modality, that is slope times stored value plus intercept (section
 * C.11.1), rounded to whole numbers: scanners store the same tissue with different intercepts.
 * {@code MONOCHROME1}, in which the smallest is white, is turned round, so that larger is always
 * brighter.
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
  private static final int RESCALE_INTERCEPT = 0x00281052;
  private static final int RESCALE_SLOPE = 0x00281053;
  private static final int MODALITY_TABLE = 0x00283000;

  /** Grey values of one picture that a picture can keep. */
  private static final int GREYS_MAX = 1 << Short.SIZE;

  private Dicom() {}

  static boolean isOne(byte[] content) {
    return DicomElements.startsWithMark(content);
  }

  static Pixels read(byte[] content) throws UnreadableImageException {
    DicomElements elements = DicomElements.read(content);
    String photometric = elements.text(PHOTOMETRIC);
    boolean inverted = photometric.equals("MONOCHROME1");
    boolean grey = inverted || photometric.equals("MONOCHROME2");
    if (!grey || elements.number(SAMPLES_PER_PIXEL) != 1 || elements.decimal(FRAMES, 1) != 1) {
      throw new UnreadableImageException("is a DICOM file that is not one greyscale image");
    }
    if (elements.has(MODALITY_TABLE)) {
      throw new UnreadableImageException(
          "is a DICOM file whose grey values are in a table (a modality LUT); export it with a"
              + " rescale slope and intercept");
    }
    int allocated = elements.number(BITS_ALLOCATED);
    int stored = elements.number(BITS_STORED);
    if ((allocated != Byte.SIZE && allocated != Short.SIZE)
        || stored < 1
        || stored > allocated
        || elements.number(HIGH_BIT) != stored - 1
        || elements.number(SIGNED) > 1) {
      throw new UnreadableImageException(
          "is a DICOM file whose pixels are not whole numbers of 8 or 16 bits");
    }
    Scale scale =
        new Scale(
            elements.decimal(RESCALE_SLOPE, 1),
            elements.decimal(RESCALE_INTERCEPT, 0),
            stored,
            elements.number(SIGNED) == 1);
    return pixels(elements, allocated, scale, inverted);
  }

  /**
   * What stored values stand for.
   *
   * @param bits of a stored value
   * @param signed whether it is in two's complement
   */
  private record Scale(double slope, double intercept, int bits, boolean signed) {
    int stored(int raw) {
      return signed ? raw << (Integer.SIZE - bits) >> (Integer.SIZE - bits) : raw;
    }

    long grey(int value) {
      return Math.round(slope * value + intercept);
    }

    long smallest() {
      return grey(signed ? -(1 << (bits - 1)) : 0);
    }

    long largest() {
      return grey(signed ? (1 << (bits - 1)) - 1 : (1 << bits) - 1);
    }

    void requireUsable() throws UnreadableImageException {
      boolean isRange = slope > 0 && Math.abs(intercept) < GREYS_MAX && slope < GREYS_MAX;
      if (!isRange || largest() - smallest() >= GREYS_MAX) {
        throw new UnreadableImageException(
            "is a DICOM file whose rescale slope and intercept give more than "
                + GREYS_MAX
                + " grey values, or none");
      }
    }
  }

  private static Pixels pixels(DicomElements elements, int allocated, Scale scale, boolean inverted)
      throws UnreadableImageException {
    int height = elements.number(ROWS);
    int width = elements.number(COLUMNS);
    ImageFiles.requireSize(height, width);
    scale.requireUsable();
    ByteBuffer data = elements.value(DicomElements.PIXEL_DATA);
    int size = height * width * (allocated / Byte.SIZE);
    // A value has an even length; one byte may be padding.
    if (data.remaining() != size + (size & 1)) {
      throw new UnreadableImageException(
          "is a DICOM file with more or fewer pixels than its rows and columns say");
    }
    long smallest = scale.smallest();
    long span = scale.largest() - smallest;
    short[] values = new short[height * width];
    for (int i = 0; i < values.length; i++) {
      int raw = allocated == Byte.SIZE ? data.get() & 0xff : data.getShort() & 0xffff;
      int value = scale.stored(raw);
      // Above the bits of an unsigned pixel there are zeros, above those of a signed one its sign.
      boolean isClean =
          scale.signed() ? value == signExtended(raw, allocated) : raw >> scale.bits() == 0;
      if (!isClean) {
        throw new UnreadableImageException(
            "is a DICOM file with something else in the bits above its pixels");
      }
      long above = scale.grey(value) - smallest;
      values[i] = (short) (inverted ? span - above : above);
    }
    return Pixels.of(height, width, values, (int) span, (int) smallest);
  }

  private static int signExtended(int raw, int allocated) {
    return raw << (Integer.SIZE - allocated) >> (Integer.SIZE - allocated);
  }
}
