package io.consilium.bench;

import com.sun.management.OperatingSystemMXBean;
import io.consilium.protocols.Cost;
import io.consilium.protocols.transport.Traffic;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a computation once, warms it up and measures it. The processes of a run do this in step:
 * what depends on time is agreed on.
 */
final class Measurement {
  private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

  /** Of the time that a warm-up is asked to last. */
  private static final double WARM_UP_FACTOR_MAX = 8;

  /**
   * A process is warm when its compilers have worked for less than this share of the latest window.
   * Their last tier, and with it the machine's AES instructions, begins after thousands of calls,
   * however long they take; a step of a training runs thirty times as long before.
   */
  private static final double COMPILING_SHARE_WHEN_WARM = 0.02;

  private static final double WINDOW_SECONDS = 2;
  private static final double MILLIS_PER_SECOND = 1000;
  private static final CompilationMXBean COMPILERS = ManagementFactory.getCompilationMXBean();

  private static final int CALIBRATION_RUNS = 3;
  private static final int RUNS_MAX = 100_000;
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Task task;
  private final Surroundings surroundings;
  private final Assignment assignment;

  private Measurement(Task task, Surroundings surroundings, Assignment assignment) {
    this.task = task;
    this.surroundings = surroundings;
    this.assignment = assignment;
  }

  static Measured of(Task task, Surroundings surroundings, Assignment assignment) {
    return new Measurement(task, surroundings, assignment).measured();
  }

  private Measured measured() {
    task.run();
    task.check();
    PeakMemory.reset();
    warmUp();
    // What is not sent now is not sent while this process waits for the word to go on.
    surroundings.flush();
    surroundings.warm();
    long runs = runsInRepetition();
    List<Measured.Repetition> repetitions = new ArrayList<>();
    for (int i = 0; i < assignment.repetitions(); i++) {
      repetitions.add(repetition(runs));
    }
    // Nobody hangs up while another still computes.
    long _ = surroundings.largest(0);
    return new Measured(repetitions, PeakMemory.bytes());
  }

  /** Repeats the computation until nothing is compiled any more. */
  private void warmUp() {
    double secondsMax = WARM_UP_FACTOR_MAX * assignment.warmUpSeconds();
    double seconds = 0;
    boolean settled = false;
    while (seconds < assignment.warmUpSeconds() || !settled && seconds < secondsMax) {
      long compiled = COMPILERS.getTotalCompilationTime();
      double window = 0;
      while (window < Math.min(WINDOW_SECONDS, assignment.warmUpSeconds())) {
        window += agreedSeconds();
      }
      long millis = surroundings.largest(COMPILERS.getTotalCompilationTime() - compiled);
      settled = millis <= COMPILING_SHARE_WHEN_WARM * window * MILLIS_PER_SECOND;
      seconds += window;
    }
  }

  /** The time of one run, the same in all processes. */
  private double agreedSeconds() {
    long start = System.nanoTime();
    task.run();
    surroundings.flush();
    return surroundings.largest(System.nanoTime() - start) / NANOS_PER_SECOND;
  }

  private long runsInRepetition() {
    double seconds = agreedSeconds();
    for (int i = 1; i < CALIBRATION_RUNS && seconds < assignment.repetitionSeconds(); i++) {
      seconds = Math.min(seconds, agreedSeconds());
    }
    return (long) Math.clamp(Math.ceil(assignment.repetitionSeconds() / seconds), 1, RUNS_MAX);
  }

  private Measured.Repetition repetition(long runs) {
    // Twice: after the second exchange all parties count the same rounds.
    long _ = surroundings.largest(0);
    long _ = surroundings.largest(0);
    Traffic traffic = surroundings.traffic();
    Cost declared = surroundings.declared();
    long cpu = SYSTEM.getProcessCpuTime();
    long wall = System.nanoTime();
    for (long i = 0; i < runs; i++) {
      task.run();
    }
    surroundings.flush();
    double wallSeconds = (System.nanoTime() - wall) / NANOS_PER_SECOND;
    double cpuSeconds = (SYSTEM.getProcessCpuTime() - cpu) / NANOS_PER_SECOND;
    Traffic counted = surroundings.traffic().since(traffic);
    Cost cost = surroundings.declared().since(declared);
    return new Measured.Repetition(
        runs,
        wallSeconds,
        cpuSeconds,
        counted.rounds(),
        counted.bytesSent(),
        cost.rounds(),
        cost.bytes());
  }
}
