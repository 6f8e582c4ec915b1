package io.consilium.datasets.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The data elements of a DICOM file (DICOM PS3.5 section 7, PS3.10 section 7), in little-endian
 * byte order with explicit or implicit value representation. Sequences are skipped. What does not
 * follow the rules ends in an exception, never in a guess.
 */
final class DicomElements {
  static final int PIXEL_DATA = 0x7fe00010;

  private static final int PREAMBLE_BYTES = 128;
  private static final byte[] MARK = {'D', 'I', 'C', 'M'};
  private static final int META_GROUP = 0x0002;
  private static final int TRANSFER_SYNTAX = 0x00020010;
  private static final String IMPLICIT = "1.2.840.10008.1.2";
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";

  private static final int ITEM = 0xfffee000;
  private static final int ITEM_END = 0xfffee00d;
  private static final int SEQUENCE_END = 0xfffee0dd;
  private static final int UNDEFINED = -1;
  private static final int DEPTH_MAX = 16;

  /** Value representations whose length has four bytes, after two that are reserved. */
  private static final Set<String> LONG =
      Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d{1,16}(\\.\\d{0,16})?|\\.\\d{1,16})([eE][+-]?\\d{1,3})?");

  /** Value representations of numbers that are written as texts. */
  private static final Set<String> TEXTS = Set.of("DS", "IS");

  private static final int MAX = 0xffff;

  private final ByteBuffer file;
  private final Map<Integer, ByteBuffer> values = new HashMap<>();

  /** Empty where the file does not say it. */
  private final Map<Integer, String> representations = new HashMap<>();

  private boolean explicit = true;

  private DicomElements(byte[] content) {
    this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  static boolean startsWithMark(byte[] content) {
    if (content.length < PREAMBLE_BYTES + MARK.length) {
      return false;
    }
    return ByteBuffer.wrap(content, PREAMBLE_BYTES, MARK.length).equals(ByteBuffer.wrap(MARK));
  }

  /** Reads everything up to the pixels. */
  static DicomElements read(byte[] content) throws UnreadableImageException {
    DicomElements elements = new DicomElements(content);
    try {
      elements.file.position(PREAMBLE_BYTES + MARK.length);
      elements.readAll();
      return elements;
    } catch (BufferUnderflowException
        | IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw new UnreadableImageException("is a damaged or truncated DICOM file");
    }
  }

  private void readAll() throws UnreadableImageException {
    boolean meta = true;
    while (file.hasRemaining() && !values.containsKey(PIXEL_DATA)) {
      if (meta && group(file.position()) != META_GROUP) {
        meta = false;
        explicit = isExplicit();
      }
      element(0);
    }
    if (meta) {
      throw new UnreadableImageException("is a DICOM file without an image");
    }
  }

  private int group(int at) {
    return file.getShort(at) & 0xffff;
  }

  private boolean isExplicit() throws UnreadableImageException {
    String syntax = text(TRANSFER_SYNTAX);
    return switch (syntax) {
      case EXPLICIT -> true;
      case IMPLICIT -> false;
      default ->
          throw new UnreadableImageException(
              "is a DICOM file that is compressed or big-endian; write it as little-endian without"
                  + " compression");
    };
  }

  private int tag() {
    int group = file.getShort() & 0xffff;
    return group << Short.SIZE | file.getShort() & 0xffff;
  }

  private void element(int depth) throws UnreadableImageException {
    int tag = tag();
    String representation = "";
    int length;
    if (explicit) {
      byte[] letters = new byte[2];
      file.get(letters);
      representation = new String(letters, StandardCharsets.ISO_8859_1);
      if (LONG.contains(representation)) {
        file.getShort();
        length = file.getInt();
      } else {
        length = file.getShort() & 0xffff;
      }
    } else {
      length = file.getInt();
    }
    if (length == UNDEFINED) {
      if (tag == PIXEL_DATA || representation.equals("UN") || depth == DEPTH_MAX) {
        throw new UnreadableImageException(
            "is a DICOM file that is compressed or nested in an unusual way");
      }
      skipSequence(depth + 1);
      if (depth == 0) {
        values.put(tag, ByteBuffer.allocate(0));
      }
      return;
    }
    ByteBuffer value = file.slice(file.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    file.position(file.position() + length);
    if (depth == 0) {
      values.put(tag, value);
      representations.put(tag, representation);
    }
  }

  /** Items up to the end of a sequence whose length is not said. */
  private void skipSequence(int depth) throws UnreadableImageException {
    for (int tag = tag(); tag != SEQUENCE_END; tag = tag()) {
      int length = file.getInt();
      if (tag != ITEM) {
        throw new IllegalArgumentException("no item");
      }
      if (length != UNDEFINED) {
        file.position(Math.addExact(file.position(), length));
        continue;
      }
      while (!isNext(ITEM_END)) {
        element(depth);
      }
      file.position(file.position() + 2 * Integer.BYTES);
    }
    file.getInt();
  }

  private boolean isNext(int tag) {
    int at = file.position();
    boolean next = tag() == tag;
    file.position(at);
    return next;
  }

  ByteBuffer value(int tag) throws UnreadableImageException {
    ByteBuffer value = values.get(tag);
    if (value == null) {
      throw new UnreadableImageException(
          "is a DICOM file without the element (%04x,%04x)"
              .formatted(tag >>> Short.SIZE, tag & 0xffff));
    }
    return value.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An unsigned number of two bytes, or one that the file says is written as a text. */
  int number(int tag) throws UnreadableImageException {
    ByteBuffer value = value(tag);
    if (TEXTS.contains(representations.get(tag))) {
      double number = decimal(tag, -1);
      if (number < 0 || number > MAX || number != Math.rint(number)) {
        throw new UnreadableImageException("is a damaged or truncated DICOM file");
      }
      return (int) number;
    }
    if (value.remaining() != Short.BYTES) {
      throw new UnreadableImageException("is a damaged or truncated DICOM file");
    }
    return value.getShort() & 0xffff;
  }

  /** Without the padding. */
  String text(int tag) throws UnreadableImageException {
    return StandardCharsets.ISO_8859_1.decode(value(tag)).toString().replace('\0', ' ').strip();
  }

  /**
   * A decimal number that is written as a text: the value representations DS and IS (DICOM PS3.5
   * section 6.2), with blanks around it, a sign, zeros in front or an exponent.
   *
   * @param otherwise what holds if the element is not there, or empty
   */
  double decimal(int tag, double otherwise) throws UnreadableImageException {
    String text = has(tag) ? text(tag) : "";
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!DECIMAL.matcher(text).matches()) {
      throw new UnreadableImageException("is a damaged or truncated DICOM file");
    }
    return Double.parseDouble(text);
  }

  boolean has(int tag) {
    return values.containsKey(tag);
  }

  @Override
  public String toString() {
    return "DicomElements[hidden]";
  }
}
