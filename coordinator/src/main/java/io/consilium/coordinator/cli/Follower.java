package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobView;
import java.io.Console;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Watches a job to its end. The watcher may go away, the coordinator may be restarted; the job does
 * not depend on either.
 */
public final class Follower {

  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How long a coordinator that does not answer is asked again. */
  private static final Duration OUTAGE_MAX = Duration.ofSeconds(60);

  private final ApiClient api;
  private final Clock clock;
  private final PrintStream progress;

  /** Watches through this client, and shows what it sees. */
  public Follower(ApiClient api, Clock clock, PrintStream progress) {
    this.api = api;
    this.clock = clock;
    this.progress = progress;
  }

  /** The job as it ended. */
  public JobView follow(JobId id, String howToFollow) throws CommandException {
    Thread goodbye =
        new Thread(
            () ->
                progress.println(
                    System.lineSeparator()
                        + "Detached; the job goes on. Follow it: "
                        + howToFollow),
            "goodbye");
    Runtime.getRuntime().addShutdownHook(goodbye);
    try (ProgressScreen screen = new ProgressScreen(progress, isTerminal())) {
      while (true) {
        JobView job = patiently(id);
        screen.show(job, clock.instant());
        if (job.status().isFinal()) {
          return job;
        }
        pause();
      }
    } finally {
      quietly(goodbye);
    }
  }

  private static boolean isTerminal() {
    // From JDK 25 on there again is no console when input or output is redirected.
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private JobView patiently(JobId id) throws CommandException {
    long attempts = OUTAGE_MAX.dividedBy(PAUSE);
    for (long attempt = 1; ; attempt++) {
      try {
        return api.job(id);
      } catch (CommandException e) {
        if (e.exitCode() != ExitCode.PEER_UNAVAILABLE || attempt == attempts) {
          throw e;
        }
        if (attempt == 1) {
          progress.println("The coordinator does not answer; asking again for a minute.");
        }
        pause();
      }
    }
  }

  private static void pause() throws CommandException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.NOT_READY, "Interrupted.");
    }
  }

  private static void quietly(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook says goodbye.
      return;
    }
  }
}
