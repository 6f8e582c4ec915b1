package io.consilium.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PngTest {
  @Test
  void readsEveryGreyValueThatItWrites() throws Exception {
    byte[] bytes = new byte[256];
    short[] shorts = new short[1 << 16];
    IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) i);
    IntStream.range(0, shorts.length).forEach(i -> shorts[i] = (short) i);

    Pixels narrow = Png.read(Png.write(Pixels.ofBytes(8, 32, bytes)));
    Pixels wide = Png.read(Png.write(Pixels.ofShorts(128, 512, shorts)));

    assertThat(narrow.height()).isEqualTo(8);
    assertThat(narrow.width()).isEqualTo(32);
    assertThat(narrow.bytes()).isEqualTo(256);
    assertThat(IntStream.range(0, 256).map(narrow::at)).containsExactly(upTo(256));
    assertThat(wide.height()).isEqualTo(128);
    assertThat(IntStream.range(0, 1 << 16).map(wide::at)).containsExactly(upTo(1 << 16));
    assertThat(wide.largest()).isEqualTo(65535);
  }

  private static Integer[] upTo(int end) {
    return IntStream.range(0, end).boxed().toArray(Integer[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void refusesWhatIsNotGrey(int type) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, type), "png", out);

    assertThatThrownBy(() -> Png.read(out.toByteArray()))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("is not a greyscale PNG file of 8 or 16 bits");
  }

  @Test
  void readsColoursChannelAfterChannel() throws Exception {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(1, 0, 0xff0033);
    image.setRGB(2, 1, 0x00cc00);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);

    Planes planes = Png.planes(out.toByteArray());

    assertThat(planes).extracting("channels", "height", "width").containsExactly(3, 2, 3);
    assertThat(planes.values())
        .containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.8, 0, 0.2, 0, 0, 0, 0);
  }

  @Test
  void greyIsOneChannelAndTransparencyNone() throws Exception {
    Planes grey = Png.planes(Png.write(Pixels.ofBytes(1, 2, new byte[] {0, (byte) 0xff})));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB), "png", out);

    assertThat(grey.values()).containsExactly(0, 1);
    assertThat(grey.toString()).isEqualTo("Planes[1 x 1 x 2]");
    assertThatThrownBy(() -> Png.planes(out.toByteArray()))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("without transparency");
  }

  @Test
  void refusesEveryPartOfAFile() {
    byte[] whole = Png.write(Pixels.ofBytes(4, 4, new byte[16]));

    for (int length = 8; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Png.read(part)).isInstanceOf(UnreadableImageException.class);
    }
  }

  @Test
  void refusesEveryChangeOfAByte() {
    byte[] whole = Png.write(Pixels.ofBytes(4, 4, new byte[16]));

    for (int at = 8; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> Png.read(changed)).isInstanceOf(UnreadableImageException.class);
    }
  }

  @Test
  void refusesAPictureWithTooFewPixelsWhateverItsChecksums() {
    byte[] flat = Png.write(Pixels.ofBytes(4, 4, new byte[16]));

    assertThatThrownBy(() -> Png.read(withHeight(flat, 9)))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("is a damaged or truncated PNG file");
  }

  /** The height is in the first chunk, whose checksum is at 29. */
  private static byte[] withHeight(byte[] file, int height) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).putInt(20, height);
    CRC32 checksum = new CRC32();
    checksum.update(changed, 12, 17);
    ByteBuffer.wrap(changed).putInt(29, (int) checksum.getValue());
    return changed;
  }

  @Test
  void refusesAHeaderThatAsksForMuchMemory() {
    byte[] file = Png.write(Pixels.ofBytes(4, 4, new byte[16]));

    assertThatThrownBy(() -> Png.read(withHeight(file, Integer.MAX_VALUE)))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("is 2147483647 x 4 pixels by its header");
  }
}
