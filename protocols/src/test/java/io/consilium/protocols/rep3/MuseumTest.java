package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The view check finds every exhibit of the museum. */
final class MuseumTest {
  private static List<Subject> exhibits() {
    return Museum.exhibits();
  }

  @ParameterizedTest
  @MethodSource("exhibits")
  void isCaught(Subject exhibit) {
    assertThat(ViewCheck.leak(exhibit)).isPresent();
  }
}
