package io.consilium.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ShapeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-2147483648",
        "2147483647",
        "134217729",
        "2147483647,2147483647",
        "65536,65536",
        "2147483647,2147483647,2147483647,2147483647",
        "0,2147483647",
        "0,65536,65536,65536",
        "65536,65536,0"
      })
  void refusesWhatNoTensorHas(String dimensions) {
    List<Integer> all = Arrays.stream(dimensions.split(",")).map(Integer::valueOf).toList();

    assertThatThrownBy(() -> new Shape(all)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyTensorHasColumns() {
    Shape empty = Shape.matrix(0, 7);

    assertThat(empty.size()).isZero();
    assertThat(empty.columns()).isEqualTo(7);
    assertThat(empty.withRows(3).size()).isEqualTo(21);
  }
}
