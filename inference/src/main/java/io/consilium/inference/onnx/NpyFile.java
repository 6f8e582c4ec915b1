package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Limits;
import io.consilium.protocols.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Arrays as NumPy saves them, versions 1 to 3 of its format: numbers and truth values, in either
 * byte order and either order of elements. Nothing that would have to be executed is read.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int VERSION_MAX = 3;
  private static final int HEADER_MAX = 1 << 16;
  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([fiub])([1248])'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

  private NpyFile() {}

  private record Header(ByteOrder order, char kind, int bytes, boolean fortran, Shape shape) {
    ElementType type() {
      return switch (kind) {
        case 'f' -> bytes == Double.BYTES ? ElementType.DOUBLE : ElementType.FLOAT;
        case 'b' -> ElementType.BOOL;
        default -> ElementType.INT64;
      };
    }
  }

  /**
   * Reads an array.
   *
   * @throws ModelRefused if it is damaged, too large, or of no numbers
   */
  public static Tensor read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new ModelRefused(file + " is no file");
      }
      if (Files.size(file) > HEADER_MAX + (long) Limits.TENSOR_ELEMENTS_MAX * Double.BYTES) {
        throw new ModelRefused(file + " is larger than any tensor");
      }
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new ModelRefused(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  static Tensor parse(byte[] content, String name) {
    ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    if (in.remaining() < MAGIC.length + 2 + Integer.BYTES) {
      throw damaged(name);
    }
    in.get(magic);
    int version = in.get();
    byte _ = in.get();
    if (!Arrays.equals(magic, MAGIC) || version < 1 || version > VERSION_MAX) {
      throw damaged(name);
    }
    int length = version == 1 ? Short.toUnsignedInt(in.getShort()) : in.getInt();
    if (length < 0 || length > HEADER_MAX || length > in.remaining()) {
      throw damaged(name);
    }
    byte[] text = new byte[length];
    in.get(text);
    Header header = header(new String(text, StandardCharsets.ISO_8859_1), name);
    if (in.remaining() != (long) header.shape().size() * header.bytes()) {
      throw new ModelRefused(
          "%s has %d bytes of elements, and its shape asks for %d"
              .formatted(name, in.remaining(), (long) header.shape().size() * header.bytes()));
    }
    double[] elements = elements(in.order(header.order()), header, name);
    return new Tensor(
        header.type(),
        header.shape(),
        header.fortran() ? rowMajor(elements, header.shape()) : elements);
  }

  private static ModelRefused damaged(String name) {
    return new ModelRefused(name + " is damaged, cut off, or no file of NumPy (.npy)");
  }

  private static Header header(String text, String name) {
    Matcher descr = DESCR.matcher(text);
    Matcher fortran = FORTRAN.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!fortran.find() || !shape.find()) {
      throw damaged(name);
    }
    if (!descr.find()) {
      throw new ModelRefused(
          name + " holds no plain numbers; save it as 32-bit floating-point numbers");
    }
    List<Long> dimensions = new ArrayList<>();
    for (String size : shape.group(1).split(",", -1)) {
      if (!size.isBlank()) {
        dimensions.add(size.strip().length() > 10 ? Long.MAX_VALUE : Long.parseLong(size.strip()));
      }
    }
    return new Header(
        descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        descr.group(2).charAt(0),
        Integer.parseInt(descr.group(3)),
        fortran.group(1).equals("True"),
        Shapes.of(dimensions, ModelLimits.DEFAULT, name));
  }

  private static double[] elements(ByteBuffer in, Header header, String name) {
    double[] elements = new double[header.shape().size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = element(in, header, name);
      if (!Double.isFinite(elements[i])) {
        throw new ModelRefused(name + ": element " + i + " is not a finite number");
      }
    }
    return elements;
  }

  private static double element(ByteBuffer in, Header header, String name) {
    boolean signed = header.kind() == 'i';
    return switch (header.kind() + "" + header.bytes()) {
      case "f2" -> Float.float16ToFloat(in.getShort());
      case "f4" -> in.getFloat();
      case "f8" -> in.getDouble();
      case "b1" -> in.get() == 0 ? 0 : 1;
      case "i1", "u1" -> signed ? in.get() : Byte.toUnsignedInt(in.get());
      case "i2", "u2" -> signed ? in.getShort() : Short.toUnsignedInt(in.getShort());
      case "i4", "u4" -> signed ? in.getInt() : Integer.toUnsignedLong(in.getInt());
      case "i8" -> in.getLong();
      case "u8" -> unsigned(in.getLong());
      default -> throw new ModelRefused(name + " holds numbers of a size that there is not");
    };
  }

  private static double unsigned(long word) {
    return word >= 0 ? word : Math.scalb((double) (word >>> 1), 1);
  }

  /** The elements with the last dimension running fastest in place of the first. */
  private static double[] rowMajor(double[] elements, Shape shape) {
    int rank = shape.rank();
    double[] turned = new double[elements.length];
    int[] place = new int[rank];
    for (double element : elements) {
      // The place in the file counts the first dimension fastest.
      int at = 0;
      for (int d = 0; d < rank; d++) {
        at = at * shape.dimensions().get(d) + place[d];
      }
      turned[at] = element;
      for (int d = 0; d < rank && ++place[d] == shape.dimensions().get(d); d++) {
        place[d] = 0;
      }
    }
    return turned;
  }
}
