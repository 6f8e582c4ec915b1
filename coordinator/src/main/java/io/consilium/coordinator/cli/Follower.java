package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobView;
import java.io.Console;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
  private final Optional<ResultsReader> reader;

  /** Watches through this client, and shows what it sees. */
  public Follower(ApiClient api, Clock clock, PrintStream progress) {
    this(api, clock, progress, Optional.empty());
  }

  /** The same with the results, as far as they are to be believed. */
  Follower(ApiClient api, Clock clock, PrintStream progress, Optional<ResultsReader> reader) {
    this.api = api;
    this.clock = clock;
    this.progress = progress;
    this.reader = reader;
  }

  /**
   * A job at its end.
   *
   * @param results with whatever was wrong on the way
   */
  public record Followed(JobView job, CheckedResults results) {
    /** What a command that followed it exits with. */
    public int exitCode() {
      return job.exitCode() != ExitCode.DONE ? job.exitCode() : results.exitCode();
    }
  }

  /** The job as it ended. */
  public Followed follow(JobId id, String howToFollow) throws CommandException {
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
      Set<String> problems = new LinkedHashSet<>();
      while (true) {
        JobView job = patiently(id);
        CheckedResults results = results(id, job);
        if (results.state() == CheckedResults.State.REFUSED) {
          problems.addAll(results.problems());
        }
        screen.show(job, results, clock.instant());
        if (job.status().isFinal()) {
          return new Followed(job, results.after(List.copyOf(problems)));
        }
        pause();
      }
    } finally {
      quietly(goodbye);
    }
  }

  private CheckedResults results(JobId id, JobView job) throws CommandException {
    return reader.isPresent()
        ? reader.get().read(id, job)
        : CheckedResults.without(CheckedResults.State.NONE, List.of(), List.of());
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
