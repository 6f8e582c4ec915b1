package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.image.Png;
import io.consilium.inference.NetworkCard;
import io.consilium.party.UserException;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetworkRecordsTest {
  @TempDir private Path directory;

  private static NetworkRecords records(Integer... dimensions) {
    NetworkCard.Part x = new NetworkCard.Part("x", List.of(dimensions), 20, 256);
    return new NetworkRecords(
        new NetworkCard(
            "hospital-a",
            List.of(),
            List.of(x),
            List.of(),
            new NetworkCard.Pixels(255, List.of(5.0), List.of(2.0))));
  }

  private Path text(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void aGreyPictureIsScaledAsItsOwnerSaid() throws Exception {
    Path file = directory.resolve("x.png");
    Files.write(file, Png.write(Pixels.ofBytes(1, 2, new byte[] {0, (byte) 0xff})));

    double[] elements = records(1, 1, 1, 2).image(file).getFirst().getFirst().elements();

    assertThat(elements).containsExactly(-2.5, 125);
  }

  @Test
  void aPictureOfAnotherSizeOrWithOtherChannelsIsRefused() throws Exception {
    Path file = directory.resolve("x.png");
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());

    assertThat(records(1, 3, 2, 3).image(file)).hasSize(1);
    assertThatThrownBy(() -> records(1, 1, 2, 3).image(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has 3 channels of 2 x 3 pixels")
        .hasMessageContaining("the model takes 1 of 2 x 3");
    assertThatThrownBy(() -> records(1, 18).image(file))
        .hasMessageContaining("[1, 18], which is no picture");
    assertThatThrownBy(() -> records(1, 1, 2, 3).image(text("not.png", "no")))
        .hasMessageContaining("is no PNG file");
  }

  @Test
  void eachLineOfNumbersIsARecord() throws Exception {
    Path file = text("x.csv", "a,b,c\n1,-2,.5\n4e-1,5,6\n");

    List<double[]> rows =
        records(1, 3).csv(file).stream().map(record -> record.getFirst().elements()).toList();

    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst()).containsExactly(1, -2, 0.5);
    assertThat(rows.getLast()).containsExactly(0.4, 5, 6);
  }

  @Test
  void aWrongLineIsNamedAndNotShown() throws Exception {
    assertThatThrownBy(() -> records(1, 3).csv(text("a.csv", "1,2,3\n4,5\n")))
        .hasMessageContaining("line 2 has 2 numbers; the model takes 3");
    assertThatThrownBy(() -> records(1, 3).csv(text("b.csv", "1,2,3\n4,secret,6\n")))
        .hasMessageContaining("line 2, column 2 is no number")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> records(1, 3).csv(text("c.csv", "1,NaN,3\n")))
        .hasMessageContaining("column 2 is no number");
    assertThatThrownBy(() -> records(1, 3).csv(text("d.csv", "a,b,c\n")))
        .hasMessageContaining("holds no record");
  }

  @Test
  void filesOfOtherKindsAreRefused() {
    assertThatThrownBy(() -> records(1, 3).tensors(List.of(directory.resolve("x.txt"))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("neither a .npy nor a .pb file");
    assertThatThrownBy(() -> records(1, 3).tensors(List.of(directory.resolve("x.npy"))))
        .hasMessageContaining("is no file");
  }
}
