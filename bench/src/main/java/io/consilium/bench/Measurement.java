package io.consilium.bench;

import com.sun.management.OperatingSystemMXBean;
import io.consilium.protocols.Cost;
import io.consilium.protocols.transport.Traffic;
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
  private static final int WARM_UP_RUNS_MIN = 3;
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
    long runs = warmUp();
    List<Measured.Repetition> repetitions = new ArrayList<>();
    for (int i = 0; i < assignment.repetitions(); i++) {
      repetitions.add(repetition(runs));
    }
    // Nobody hangs up while another still computes.
    long _ = surroundings.largest(0);
    return new Measured(repetitions, PeakMemory.bytes());
  }

  /** Repeats the computation for some time; gives the runs that fill a repetition. */
  private long warmUp() {
    double sum = 0;
    long runs = 0;
    double latest = 0;
    while (runs < WARM_UP_RUNS_MIN || sum < assignment.warmUpSeconds()) {
      long start = System.nanoTime();
      task.run();
      surroundings.flush();
      latest = surroundings.largest(System.nanoTime() - start) / NANOS_PER_SECOND;
      sum += latest;
      runs++;
    }
    double wanted = Math.ceil(assignment.repetitionSeconds() / Math.min(latest, sum / runs));
    return (long) Math.max(1, Math.min(RUNS_MAX, wanted));
  }

  private Measured.Repetition repetition(long runs) {
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
