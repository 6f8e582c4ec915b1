package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class RoomTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Room room = new Room();

  @Test
  void hasRoomForAllUntilAPartySaysOtherwise() throws Exception {
    for (int i = 0; i < 100; i++) {
      assertThat(room.take(1_000, Duration.ZERO)).isTrue();
    }

    room.leave(1_000, new RoomSize(10, 0));

    assertThat(room.take(1, Duration.ZERO)).isFalse();
  }

  @Test
  void countsRecordsAndQuestionsAndAlwaysLetsOneQuestionIn() throws Exception {
    assertThat(room.take(1, Duration.ZERO)).isTrue();
    room.leave(1, new RoomSize(10, 3));

    assertThat(room.take(50, Duration.ZERO)).isTrue();
    assertThat(room.take(1, Duration.ZERO)).isFalse();
    room.leave(50, new RoomSize(10, 3));
    assertThat(room.take(3, Duration.ZERO)).isTrue();
    assertThat(room.take(3, Duration.ZERO)).isTrue();
    assertThat(room.take(5, Duration.ZERO)).isFalse();
    assertThat(room.take(3, Duration.ZERO)).isTrue();
    assertThat(room.take(1, Duration.ZERO)).isFalse();
  }

  @Test
  void waitsUntilAQuestionIsOver() throws Exception {
    assertThat(room.take(1, Duration.ZERO)).isTrue();
    assertThat(room.take(1, Duration.ZERO)).isTrue();
    room.leave(1, new RoomSize(1, 1));
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<Boolean> taken = thread.submit(() -> room.take(1, LONG));

      room.leave(1, new RoomSize(1, 1));

      assertThat(taken.get()).isTrue();
    }
  }
}
