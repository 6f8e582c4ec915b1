package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ConvolutionGeometryTest {
  private static ConvolutionGeometry geometry(
      int groups, int size, int kernel, int stride, int padding, int dilation) {
    return new ConvolutionGeometry(
        2,
        4,
        6,
        groups,
        List.of(size, size),
        List.of(kernel, kernel),
        List.of(stride, stride),
        List.of(padding, padding),
        List.of(dilation, dilation));
  }

  @Test
  void givesTheShapes() {
    ConvolutionGeometry geometry = geometry(2, 12, 5, 1, 0, 1);

    assertThat(geometry.inputShape()).containsExactly(2, 4, 12, 12);
    assertThat(geometry.weightShape()).containsExactly(6, 2, 5, 5);
    assertThat(geometry.outputShape()).containsExactly(2, 6, 8, 8);
    assertThat(geometry.inputElements()).isEqualTo(1152);
    assertThat(geometry.weightElements()).isEqualTo(300);
    assertThat(geometry.outputElements()).isEqualTo(768);
    assertThat(geometry.multiplyAdds()).isEqualTo(768 * 50);
    assertThat(geometry.dimensions()).isEqualTo(2);
  }

  @Test
  void countsPlacesAsThePlacesWhereTheKernelFits() {
    for (int size = 1; size < 9; size++) {
      for (int kernel = 1; kernel < 4; kernel++) {
        for (int stride = 1; stride < 4; stride++) {
          for (int padding = 0; padding < 3; padding++) {
            for (int dilation = 1; dilation < 3; dilation++) {
              int places = 0;
              int last = dilation * (kernel - 1);
              for (int at = -padding; at + last < size + padding; at += stride) {
                places++;
              }
              if (places > 0) {
                assertThat(geometry(1, size, kernel, stride, padding, dilation).outputSize())
                    .containsExactly(places, places);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoConvolution() {
    assertThatThrownBy(() -> geometry(3, 12, 5, 1, 0, 1)).hasMessageContaining("3 groups");
    assertThatThrownBy(() -> geometry(0, 12, 5, 1, 0, 1)).hasMessageContaining("groups");
    assertThatThrownBy(() -> geometry(1, 4, 5, 1, 0, 1)).hasMessageContaining("does not fit");
    assertThatThrownBy(() -> geometry(1, 9, 5, 1, 0, 3)).hasMessageContaining("does not fit");
    assertThatThrownBy(() -> geometry(1, 9, 0, 1, 0, 1)).hasMessageContaining("kernelSize");
    assertThatThrownBy(() -> geometry(1, 9, 3, 0, 0, 1)).hasMessageContaining("stride");
    assertThatThrownBy(() -> geometry(1, 9, 3, 1, -1, 1)).hasMessageContaining("padding");
    assertThatThrownBy(() -> geometry(1, 9, 3, 1, 0, 0)).hasMessageContaining("dilation");
    assertThatThrownBy(() -> geometry(1, 20_000, 3, 1, 0, 1)).hasMessageContaining("too many");
    assertThatThrownBy(() -> geometry(1, 1, 1, 1, Integer.MAX_VALUE, 1))
        .hasMessageContaining("too many");
    assertThatThrownBy(() ->
            new ConvolutionGeometry(
                1, 1, 1, 1, List.of(4, 4), List.of(3), List.of(1, 1), List.of(0, 0), List.of(1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kernelSize must be 2 numbers");
    assertThatThrownBy(() ->
            new ConvolutionGeometry(
                1, 1, 1, 1, List.of(), List.of(), List.of(), List.of(), List.of()))
        .hasMessageContaining("1 to 3 spatial dimensions");
  }
}
