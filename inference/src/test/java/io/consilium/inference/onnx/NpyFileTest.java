package io.consilium.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class NpyFileTest {
  private static byte[] file(int version, String header, ByteBuffer elements) {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + (version == 1 ? 2 : 4) + text.length + elements.limit())
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) version).put((byte) 0);
    if (version == 1) {
      bytes.putShort((short) text.length);
    } else {
      bytes.putInt(text.length);
    }
    return bytes.put(text).put(elements.rewind()).array();
  }

  private static String header(String type, boolean fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }   \n"
        .formatted(type, fortran ? "True" : "False", shape);
  }

  private static ByteBuffer floats(ByteOrder order, float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(order);
    for (float number : numbers) {
      bytes.putFloat(number);
    }
    return bytes;
  }

  private static Tensor read(int version, String header, ByteBuffer elements) {
    return NpyFile.parse(file(version, header, elements), "x.npy");
  }

  @Test
  void numbersOfEitherByteOrderAndVersionAreRead() {
    for (int version : new int[] {1, 2, 3}) {
      Tensor little =
          read(version, header("<f4", false, "2, 2"), floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4));
      Tensor big =
          read(version, header(">f4", false, "4,"), floats(ByteOrder.BIG_ENDIAN, 1, 2, 3, 4));

      assertThat(little.shape().dimensions()).containsExactly(2, 2);
      assertThat(little.elements()).containsExactly(1, 2, 3, 4);
      assertThat(big.shape().dimensions()).containsExactly(4);
      assertThat(big.elements()).containsExactly(1, 2, 3, 4);
    }
  }

  /** As {@code numpy.save} of version 2.1 wrote {@code numpy.arange(3, dtype='u1')}. */
  @Test
  void aFileOfNumPyIsRead() {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }";
    byte[] saved =
        HexFormat.of()
            .parseHex(
                "934e554d5059"
                    + "0100"
                    + "7600"
                    + HexFormat.of().formatHex(header.getBytes(StandardCharsets.US_ASCII))
                    + "20".repeat(0x76 - header.length() - 1)
                    + "0a"
                    + "000102");

    assertThat(NpyFile.parse(saved, "x.npy").elements()).containsExactly(0, 1, 2);
  }

  @Test
  void columnsFirstBecomeRowsFirst() {
    Tensor x =
        read(1, header("<f4", true, "2, 3"), floats(ByteOrder.LITTLE_ENDIAN, 1, 4, 2, 5, 3, 6));
    Tensor cube =
        read(
            1,
            header("<f4", true, "2, 2, 2"),
            floats(ByteOrder.LITTLE_ENDIAN, 0, 4, 2, 6, 1, 5, 3, 7));

    assertThat(x.elements()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(cube.elements()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void integersKeepTheirSign() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {(byte) 0xff, 1});

    assertThat(read(1, header("|i1", false, "2,"), bytes).elements()).containsExactly(-1, 1);
    assertThat(read(1, header("|u1", false, "2,"), bytes).elements()).containsExactly(255, 1);
    assertThat(read(1, header("|b1", false, "2,"), bytes).elements()).containsExactly(1, 1);
    assertThat(read(1, header("<u2", false, ""), bytes).elements()).containsExactly(0x1ff);
  }

  @Test
  void whatIsNoNumberIsRefusedByItsPlace() {
    assertThatThrownBy(() ->
            read(
                1,
                header("<f4", false, "2,"),
                floats(ByteOrder.LITTLE_ENDIAN, 1, Float.NEGATIVE_INFINITY)))
        .isInstanceOf(ModelRefused.class)
        .hasMessage("x.npy: element 1 is not a finite number");
  }

  @Test
  void damagedAndForeignFilesAreRefused() {
    byte[] good =
        file(1, header("<f4", false, "2, 2"), floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4));
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> NpyFile.parse(cut, "x.npy")).isInstanceOf(ModelRefused.class);
    }
    for (String type : new String[] {"|O", "<c8", "<U4", "<f1", "<i3"}) {
      assertThatThrownBy(() ->
              read(1, header(type, false, "2, 2"), floats(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4)))
          .as(type)
          .isInstanceOf(ModelRefused.class);
    }
    assertThatThrownBy(() ->
            read(
                1,
                header("<f4", false, "99999999999, 99999999999"),
                floats(ByteOrder.LITTLE_ENDIAN)))
        .isInstanceOf(ModelRefused.class);
  }
}
