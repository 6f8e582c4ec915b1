package io.consilium.datasets.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SplitTest {
  private static final BigDecimal TWO_THIRDS = new BigDecimal("0.66");

  @ParameterizedTest
  @CsvSource({"303,139,199,104", "261,98,172,89", "46,45,30,16", "130,101,85,45"})
  void givesTheSizesOfTheBenchmarkAndKeepsTheProportions(
      int rows, int positives, int train, int test) {
    int[] classes = IntStream.range(0, rows).map(i -> i < positives ? 1 : 0).toArray();

    Split split = Split.stratified(classes, TWO_THIRDS, 42, "site");

    assertThat(split.train()).hasSize(train).isSorted();
    assertThat(split.test()).hasSize(test).isSorted();
    double exact = (double) train * positives / rows;
    assertThat(Arrays.stream(split.train()).map(i -> classes[i]).sum())
        .isBetween((int) Math.floor(exact), (int) Math.ceil(exact));
  }

  @Test
  void everyRecordIsInExactlyOnePart() {
    int[] classes = IntStream.range(0, 1000).map(i -> i % 7 % 3).toArray();

    for (Split split :
        new Split[] {
          Split.stratified(classes, TWO_THIRDS, 1, "a"), Split.random(1000, TWO_THIRDS, 1, "a")
        }) {
      assertThat(IntStream.concat(Arrays.stream(split.train()), Arrays.stream(split.test())))
          .hasSize(1000)
          .doesNotHaveDuplicates();
      assertThat(split.train()).hasSize(660);
    }
  }

  @Test
  void dependsOnSeedAndSiteAndNothingElse() {
    int[] train = Split.random(200, TWO_THIRDS, 5, "a").train();

    assertThat(Split.random(200, TWO_THIRDS, 5, "a").train()).isEqualTo(train);
    assertThat(Split.random(200, TWO_THIRDS, 6, "a").train()).isNotEqualTo(train);
    assertThat(Split.random(200, TWO_THIRDS, 5, "b").train()).isNotEqualTo(train);
  }

  @Test
  void isTheSameOnEveryPlatform() {
    // Recorded from an independent implementation of the documented stream.
    assertThat(new SeededStream(42, "site").nextLong()).isEqualTo(8484071988180445127L);
    assertThat(Split.random(10, new BigDecimal("0.5"), 42, "site").train())
        .containsExactly(3, 4, 6, 7, 8);
  }

  @Test
  void countsInDecimalsNotInBinary() {
    assertThat(Split.trainTotal(100, new BigDecimal("0.29"))).isEqualTo(29);
  }

  @Test
  void refusesAFractionThatIsNone() {
    assertThatThrownBy(() -> Split.trainTotal(10, BigDecimal.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Split.trainTotal(10, new BigDecimal("1.1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyRecordIsChosenAboutEquallyOften() {
    int[] chosen = new int[20];

    for (int seed = 0; seed < 2000; seed++) {
      Arrays.stream(Split.random(20, new BigDecimal("0.5"), seed, "s").train())
          .forEach(i -> chosen[i]++);
    }

    // 1,000 expected, standard deviation 22.
    assertThat(chosen)
        .satisfies(
            counts -> assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(890));
    assertThat(Arrays.stream(chosen).max().orElseThrow()).isLessThan(1110);
  }
}
