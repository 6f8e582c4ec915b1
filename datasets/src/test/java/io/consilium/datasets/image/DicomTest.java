package io.consilium.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files put together here, element by element, as the standard says. */
final class DicomTest {
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";
  private static final String IMPLICIT = "1.2.840.10008.1.2";
  private static final int UNDEFINED = -1;

  @ParameterizedTest
  @ValueSource(strings = {EXPLICIT, IMPLICIT})
  void readsSixteenBits(String syntax) throws Exception {
    Pixels pixels =
        Dicom.read(new Builder(syntax).image(2, 3, 16, 12, 0, 1, 2, 256, 4094, 4095).bytes());

    assertThat(pixels.height()).isEqualTo(2);
    assertThat(pixels.width()).isEqualTo(3);
    assertThat(values(pixels)).containsExactly(0, 1, 2, 256, 4094, 4095);
  }

  @Test
  void readsEightBitsWithPadding() throws Exception {
    Pixels pixels = Dicom.read(new Builder(EXPLICIT).image(1, 3, 8, 8, 0, 128, 255).bytes());

    assertThat(values(pixels)).containsExactly(0, 128, 255);
  }

  @Test
  void turnsRoundAnImageInWhichZeroIsWhite() throws Exception {
    Builder file = new Builder(EXPLICIT);
    file.photometric = "MONOCHROME1 ";

    assertThat(values(Dicom.read(file.image(1, 2, 16, 10, 0, 1000).bytes())))
        .containsExactly(1023, 23);
  }

  @ParameterizedTest
  @ValueSource(strings = {EXPLICIT, IMPLICIT})
  void skipsSequencesHoweverTheirLengthsAreSaid(String syntax) throws Exception {
    Builder file = new Builder(syntax);
    Builder inner = file.nested().element(0x00080100, "SH", text("CODE"));
    // A sequence within an item of a sequence, and all lengths open.
    Builder open = file.nested();
    open.sequence(0x00081111, inner.bytes(), UNDEFINED, UNDEFINED);
    open.element(0x00280010, "US", number(99));
    file.sequence(0x00081140, open.bytes(), UNDEFINED, UNDEFINED);
    file.sequence(0x00081199, inner.bytes(), UNDEFINED, inner.bytes().length);
    file.sequence(0x00082112, inner.bytes(), inner.bytes().length + 8, inner.bytes().length);

    Pixels pixels = Dicom.read(file.image(1, 2, 8, 8, 5, 6).bytes());

    assertThat(values(pixels)).containsExactly(5, 6);
  }

  @Test
  void refusesEveryPartOfAFile() {
    byte[] whole = new Builder(EXPLICIT).image(2, 3, 16, 12, 0, 1, 2, 3, 4, 5).bytes();

    for (int length = 132; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Dicom.read(part)).isInstanceOf(UnreadableImageException.class);
    }
  }

  /** Whatever a byte is changed to, the answer is an image or a refusal, and no other exception. */
  @Test
  void survivesEveryChangeOfAByte() {
    Builder file = new Builder(EXPLICIT);
    byte[] inner = file.nested().element(0x00080100, "SH", text("CODE")).bytes();
    file.sequence(0x00081140, inner, UNDEFINED, UNDEFINED);
    byte[] whole = file.image(1, 2, 8, 8, 5, 6).bytes();
    int refused = 0;

    for (int at = 132; at < whole.length; at++) {
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        try {
          assertThat(Dicom.read(changed).count()).isPositive();
        } catch (UnreadableImageException e) {
          refused++;
        }
      }
    }

    assertThat(refused).isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.840.10008.1.2.2, is a DICOM file that is compressed or big-endian",
    "1.2.840.10008.1.2.4.70, is a DICOM file that is compressed or big-endian",
  })
  void refusesOtherTransferSyntaxes(String syntax, String message) {
    byte[] file = new Builder(syntax).image(1, 2, 8, 8, 5, 6).bytes();

    assertThatThrownBy(() -> Dicom.read(file)).hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNotOneGreyscaleImage() {
    Builder colour = new Builder(EXPLICIT);
    colour.photometric = "RGB ";
    Builder frames = new Builder(EXPLICIT);
    frames.element(0x00280008, "IS", text("2 "));
    Builder table = new Builder(EXPLICIT);
    table.sequence(0x00283000, new byte[0], UNDEFINED, UNDEFINED);

    for (Builder file : new Builder[] {colour, frames}) {
      byte[] bytes = file.image(1, 2, 8, 8, 5, 6).bytes();
      assertThatThrownBy(() -> Dicom.read(bytes)).hasMessageContaining("not one greyscale image");
    }
    byte[] bytes = table.image(1, 2, 8, 8, 5, 6).bytes();
    assertThatThrownBy(() -> Dicom.read(bytes)).hasMessageContaining("modality LUT");
  }

  @Test
  void readsNumbersThatAreTexts() throws Exception {
    Builder file = new Builder(EXPLICIT);
    file.element(0x00280008, "IS", text(" +01"));
    file.element(0x00281052, "DS", text("-1.024e3 "));
    file.element(0x00281053, "DS", text(" 1.0"));

    assertThat(values(Dicom.read(file.image(1, 2, 16, 12, 0, 1024).bytes())))
        .containsExactly(-1024, 0);

    Builder rows = new Builder(EXPLICIT);
    byte[] bytes =
        rows.element(0x00280002, "IS", text("1 "))
            .element(0x00280004, "CS", text("MONOCHROME2 "))
            .element(0x00280010, "IS", text("1 "))
            .element(0x00280011, "IS", text("2 "))
            .element(0x00280100, "US", number(8))
            .element(0x00280101, "US", number(8))
            .element(0x00280102, "US", number(7))
            .element(0x00280103, "US", number(0))
            .element(DicomElements.PIXEL_DATA, "OB", new byte[] {5, 6})
            .bytes();
    assertThat(values(Dicom.read(bytes))).containsExactly(5, 6);
  }

  /** The same tissue as two scanners store it: one signed, one with an intercept. */
  @Test
  void bringsScannersToOneScale() throws Exception {
    Builder signed = new Builder(EXPLICIT);
    signed.signed = 1;
    Builder shifted = new Builder(EXPLICIT);
    shifted.element(0x00281052, "DS", text("-1024 "));
    Builder coarse = new Builder(EXPLICIT);
    coarse.element(0x00281052, "DS", text("-1000 "));
    coarse.element(0x00281053, "DS", text("0.5 "));

    assertThat(values(Dicom.read(signed.image(1, 3, 16, 16, -1000, 0, 40).bytes())))
        .containsExactly(-1000, 0, 40);
    assertThat(values(Dicom.read(shifted.image(1, 3, 16, 12, 24, 1024, 1064).bytes())))
        .containsExactly(-1000, 0, 40);
    assertThat(values(Dicom.read(coarse.image(1, 3, 16, 12, 0, 2000, 2080).bytes())))
        .containsExactly(-1000, 0, 40);
  }

  @Test
  void turnsRoundAnImageOnTheScaleOfItsModality() throws Exception {
    Builder file = new Builder(EXPLICIT);
    file.photometric = "MONOCHROME1 ";
    file.element(0x00281052, "DS", text("-10 "));

    // 8 bits from -10 to 245.
    assertThat(values(Dicom.read(file.image(1, 2, 8, 8, 0, 255).bytes())))
        .containsExactly(245, -10);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 0", "1e300, 0", "17, 0", "1, 1e9", "1, -1e300", "x, 0"})
  void refusesAScaleThatNoPictureCanKeep(String slope, String intercept) {
    Builder file = new Builder(EXPLICIT);
    file.element(0x00281052, "DS", text(intercept + " ".repeat(intercept.length() % 2)));
    file.element(0x00281053, "DS", text(slope + " ".repeat(slope.length() % 2)));
    byte[] bytes = file.image(1, 2, 16, 12, 5, 6).bytes();

    assertThatThrownBy(() -> Dicom.read(bytes)).isInstanceOf(UnreadableImageException.class);
  }

  @Test
  void refusesPixelsThatAreTooManyTooFewOrTooLarge() {
    byte[] few = new Builder(EXPLICIT).image(1, 4, 8, 8, 5, 6).bytes();
    byte[] large = new Builder(EXPLICIT).image(1, 2, 16, 12, 5, 4096).bytes();

    assertThatThrownBy(() -> Dicom.read(few)).hasMessageContaining("more or fewer pixels");
    assertThatThrownBy(() -> Dicom.read(large)).hasMessageContaining("bits above its pixels");
  }

  @Test
  void namesTheElementThatIsMissing() {
    byte[] file =
        new Builder(EXPLICIT)
            .element(0x00280004, "CS", text("MONOCHROME2 "))
            .element(DicomElements.PIXEL_DATA, "OB", new byte[2])
            .bytes();

    assertThatThrownBy(() -> Dicom.read(file))
        .hasMessage("is a DICOM file without the element (0028,0002)");
  }

  private static Integer[] values(Pixels pixels) {
    return IntStream.range(0, pixels.count()).mapToObj(pixels::at).toArray(Integer[]::new);
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] number(int value) {
    return new byte[] {(byte) value, (byte) (value >> 8)};
  }

  /** Writes elements one behind the other. */
  private static final class Builder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean explicit;
    private String photometric = "MONOCHROME2 ";
    private int signed;

    Builder(String syntax) {
      this(true);
      out.writeBytes(new byte[128]);
      out.writeBytes(text("DICM"));
      element(0x00020010, "UI", text(syntax.length() % 2 == 0 ? syntax : syntax + "\0"));
      implicitFrom(syntax);
    }

    private boolean implicit;

    private Builder(boolean explicit) {
      this.explicit = explicit;
    }

    private void implicitFrom(String syntax) {
      implicit = syntax.equals(IMPLICIT);
    }

    Builder nested() {
      return new Builder(!implicit);
    }

    Builder element(int tag, String representation, byte[] value) {
      head(tag, representation, value.length);
      out.writeBytes(value);
      return this;
    }

    private void head(int tag, String representation, int length) {
      ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      head.putShort((short) (tag >>> 16)).putShort((short) tag);
      if (!explicit || implicit) {
        head.putInt(length);
      } else {
        head.put(text(representation));
        if (representation.startsWith("O") || representation.equals("SQ")) {
          head.putShort((short) 0).putInt(length);
        } else {
          head.putShort((short) length);
        }
      }
      out.write(head.array(), 0, head.position());
    }

    /** One item; an undefined length is followed by the delimiter that it needs. */
    void sequence(int tag, byte[] item, int length, int itemLength) {
      head(tag, "SQ", length);
      mark(0xe000, itemLength);
      out.writeBytes(item);
      if (itemLength == UNDEFINED) {
        mark(0xe00d, 0);
      }
      if (length == UNDEFINED) {
        mark(0xe0dd, 0);
      }
    }

    private void mark(int element, int length) {
      out.writeBytes(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putShort((short) 0xfffe)
              .putShort((short) element)
              .putInt(length)
              .array());
    }

    Builder image(int rows, int columns, int allocated, int stored, int... values) {
      element(0x00280002, "US", number(1));
      element(0x00280004, "CS", text(photometric));
      element(0x00280010, "US", number(rows));
      element(0x00280011, "US", number(columns));
      element(0x00280100, "US", number(allocated));
      element(0x00280101, "US", number(stored));
      element(0x00280102, "US", number(stored - 1));
      element(0x00280103, "US", number(signed));
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      for (int value : values) {
        data.writeBytes(allocated == 8 ? new byte[] {(byte) value} : number(value));
      }
      if (data.size() % 2 == 1) {
        data.write(0);
      }
      return element(DicomElements.PIXEL_DATA, allocated == 8 ? "OB" : "OW", data.toByteArray());
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
