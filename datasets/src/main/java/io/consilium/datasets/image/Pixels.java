package io.consilium.datasets.image;

import java.util.stream.IntStream;

/**
 * One greyscale picture, with one or two bytes for each pixel. In the clear: it stays inside the
 * process that read it and has no printable form.
 */
public final class Pixels {
  private static final Pixels NONE = new Pixels(0, 0, new byte[0], new short[0], 0);
  private static final int UNSIGNED_BYTE = 0xff;
  private static final int UNSIGNED_SHORT = 0xffff;

  private final int height;
  private final int width;
  private final byte[] bytes;
  private final short[] shorts;
  private final int darkest;

  private Pixels(int height, int width, byte[] bytes, short[] shorts, int darkest) {
    this.height = height;
    this.width = width;
    this.bytes = bytes;
    this.shorts = shorts;
    this.darkest = darkest;
  }

  /**
   * A picture of at most 256 grey values.
   *
   * @param values unsigned, row by row from the top left; not copied
   */
  public static Pixels ofBytes(int height, int width, byte[] values) {
    requireSize(height, width, values.length);
    return new Pixels(height, width, values, NONE.shorts, 0);
  }

  /**
   * A picture of at most 65536 grey values.
   *
   * @param values unsigned, row by row from the top left; not copied
   */
  public static Pixels ofShorts(int height, int width, short[] values) {
    return ofShorts(height, width, values, 0);
  }

  /**
   * A picture of at most 65536 grey values that need not begin at 0, such as Hounsfield units.
   *
   * @param values unsigned, row by row from the top left; not copied
   * @param darkest the grey value that the value 0 stands for
   */
  static Pixels ofShorts(int height, int width, short[] values, int darkest) {
    requireSize(height, width, values.length);
    return new Pixels(height, width, NONE.bytes, values, darkest);
  }

  /**
   * A picture in as few bytes as its grey values need.
   *
   * @param values unsigned, row by row from the top left
   * @param span the largest of them that there can be
   * @param darkest the grey value that the value 0 stands for
   */
  static Pixels of(int height, int width, short[] values, int span, int darkest) {
    if (span > UNSIGNED_BYTE) {
      return ofShorts(height, width, values, darkest);
    }
    requireSize(height, width, values.length);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Pixels(height, width, bytes, NONE.shorts, darkest);
  }

  /** In the place of a picture that is not there. */
  public static Pixels none() {
    return NONE;
  }

  private static void requireSize(int height, int width, int values) {
    if (height < 1 || width < 1 || (long) height * width != values) {
      throw new IllegalArgumentException(values + " pixels are not " + height + " x " + width);
    }
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  public int count() {
    return height * width;
  }

  /**
   * A grey value.
   *
   * @param position row by row from the top left
   */
  public int at(int position) {
    return darkest
        + (bytes.length > 0 ? bytes[position] & UNSIGNED_BYTE : shorts[position] & UNSIGNED_SHORT);
  }

  /** Bytes that the grey values take. */
  public int bytes() {
    return bytes.length + Short.BYTES * shorts.length;
  }

  /** The largest grey value; of no picture, 0. */
  public int largest() {
    return IntStream.range(0, count()).map(this::at).max().orElse(0);
  }

  /** The smallest grey value; of no picture, 0. */
  public int smallest() {
    return IntStream.range(0, count()).map(this::at).min().orElse(0);
  }

  /** Writes all grey values, row by row, from a position on. */
  public void copyTo(double[] target, int from) {
    for (int i = 0; i < count(); i++) {
      target[from + i] = at(i);
    }
  }

  @Override
  public String toString() {
    return "Pixels[" + height + " x " + width + "]";
  }
}
