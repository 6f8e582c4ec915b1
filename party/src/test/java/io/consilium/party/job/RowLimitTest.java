package io.consilium.party.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.party.dataplane.InputRows;
import io.consilium.party.store.Scratch;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.training.DataLayout;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RowLimitTest {
  @TempDir Path state;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0, 1",
    "-1, 0",
    "1, -1",
    "-2147483648, -2147483648",
    "2147483647, 0",
    "1048577, 0",
    "1, 2147483647",
    "1, 1048577",
    "2147483647, 2147483647"
  })
  void refusesWhatNoJobHas(int training, int validation) {
    assertThatThrownBy(() -> new RowLimit().take(new InputRows(training, validation)))
        .isInstanceOf(InputRefused.class);
  }

  @Test
  void countsTheRowsOfAllHolders() {
    RowLimit limit = new RowLimit();

    limit.take(new InputRows(DataLayout.ROWS_MAX - 1, DataLayout.ROWS_MAX));

    assertThatThrownBy(() -> limit.take(new InputRows(2, 0))).isInstanceOf(InputRefused.class);
    assertThatThrownBy(() -> limit.take(new InputRows(1, 1))).isInstanceOf(InputRefused.class);
    assertThatCode(() -> limit.take(new InputRows(1, 0))).doesNotThrowAnyException();
  }

  @Test
  void storesNothingForWhichThereIsNoRoom() throws Exception {
    try (ShareSpace space =
        new ShareSpace(Scratch.of(state, "attempt", new SecureRandom()), 160, 320)) {
      assertThatCode(() -> space.shelf(10)).doesNotThrowAnyException();
      assertThatCode(() -> space.shelf(20)).doesNotThrowAnyException();
      assertThatThrownBy(() -> space.shelf(1))
          .isInstanceOf(ShareSpace.NoRoom.class)
          .hasMessageContaining("has no room for so many records");
      assertThatThrownBy(() -> space.shelf(1L << 40)).isInstanceOf(ShareSpace.NoRoom.class);
      assertThatThrownBy(() -> space.shelf(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
    }
  }
}
