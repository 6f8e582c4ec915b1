package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ComputeThreadsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void runsEveryTaskOnce(int count) {
    ComputeThreads threads = new ComputeThreads(count);
    for (int tasks : new int[] {0, 1, 2, 7, 1000}) {
      AtomicIntegerArray runs = new AtomicIntegerArray(tasks);

      threads.run(tasks, runs::incrementAndGet);

      for (int i = 0; i < tasks; i++) {
        assertThat(runs.get(i)).isOne();
      }
    }
  }

  @Test
  void sharesTheTasksAndLetsTheCallerWork() {
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);

    new ComputeThreads(3)
        .run(
            3,
            _ -> {
              workers.add(Thread.currentThread());
              all.countDown();
              await(all);
            });

    assertThat(workers).hasSize(3).contains(Thread.currentThread());
    assertThat(workers)
        .filteredOn(thread -> thread != Thread.currentThread())
        .allMatch(Thread::isDaemon);
  }

  private static void await(CountDownLatch latch) {
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneThreadIsTheCaller() {
    new ComputeThreads(1)
        .run(
            100,
            _ -> assertThat(Thread.currentThread().getName()).doesNotStartWith("ring-compute"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void afterAnExceptionNothingRunsAnyMore(int count) {
    ComputeThreads threads = new ComputeThreads(count);
    for (int trial = 0; trial < 200; trial++) {
      AtomicInteger running = new AtomicInteger();
      AtomicInteger started = new AtomicInteger();

      assertThatThrownBy(() ->
              threads.run(
                  10_000,
                  i -> {
                    started.incrementAndGet();
                    running.incrementAndGet();
                    try {
                      if (i == 5) {
                        throw new IllegalStateException("task 5");
                      }
                    } finally {
                      running.decrementAndGet();
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("task 5");

      int startedThen = started.get();
      assertThat(running.get()).isZero();
      assertThat(started.get()).isEqualTo(startedThen);
    }
  }

  @Test
  void anErrorOfAHelperReachesTheCaller() {
    CountDownLatch both = new CountDownLatch(2);
    Thread caller = Thread.currentThread();

    assertThatThrownBy(() ->
            new ComputeThreads(2)
                .run(
                    2,
                    _ -> {
                      both.countDown();
                      await(both);
                      if (Thread.currentThread() != caller) {
                        throw new AssertionError("in a helper");
                      }
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("in a helper");
  }

  @Test
  void anInterruptIsKeptAndEndsNoWork() {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch both = new CountDownLatch(2);
    Thread.currentThread().interrupt();

    new ComputeThreads(2)
        .run(
            100,
            i -> {
              if (i < 2) {
                both.countDown();
                await(both);
              }
              runs.incrementAndGet();
            });

    assertThat(Thread.interrupted()).isTrue();
    assertThat(runs.get()).isEqualTo(100);
  }

  @Test
  void refusesNumbersThatAreNone() {
    assertThatThrownBy(() -> new ComputeThreads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("consilium.computeThreads")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> new ComputeThreads(1025)).isInstanceOf(IllegalArgumentException.class);
  }
}
