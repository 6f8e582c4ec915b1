package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobView;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code consilium jobs}. */
@Command(
    name = "jobs",
    description = "Shows, follows and cancels jobs.",
    mixinStandardHelpOptions = true,
    subcommands = {
      JobsCommand.ListJobs.class,
      JobsCommand.Show.class,
      JobsCommand.Follow.class,
      JobsCommand.Cancel.class
    })
final class JobsCommand {

  @Command(name = "list", description = "Lists your jobs.", mixinStandardHelpOptions = true)
  static final class ListJobs implements Callable<Integer> {
    private static final int DETAIL_CHARS_MAX = 100;

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (ApiClient api = output.api()) {
        List<JobView> jobs = api.jobs();
        output.print(jobs, jobs.isEmpty() ? "No jobs yet." : table(jobs));
        return ExitCode.DONE;
      }
    }

    private static String table(List<JobView> jobs) {
      Table table = new Table("JOB", "NAME", "STATE", "SUBMITTED", "BY", "DETAIL");
      for (JobView job : jobs) {
        String detail = Texts.state(job);
        table.row(
            job.id(),
            job.name(),
            job.status(),
            job.submittedAt().truncatedTo(ChronoUnit.SECONDS),
            job.researcher(),
            detail.length() > DETAIL_CHARS_MAX
                ? detail.substring(0, DETAIL_CHARS_MAX) + "..."
                : detail);
      }
      return table.toString();
    }
  }

  @Command(
      name = "show",
      description = "Shows one job, and its results if all compute parties say the same.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "the job's id")
    private String id;

    @Option(
        names = "--weights",
        paramLabel = "FILE",
        description = "write the weights of the model to this file, if they were disclosed to you")
    private Path weights;

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (ApiClient api = output.api()) {
        JobId asked = output.jobId(id);
        JobView job = api.job(asked);
        CheckedResults results = output.reader(api).read(asked, job);
        if (weights != null) {
          WeightsFile.write(weights, job, results);
        }
        output.print(ResultsJson.of(job, results), Texts.details(job, results));
        return results.exitCode();
      }
    }
  }

  @Command(
      name = "follow",
      description = "Follows one job to its end; exits like the job ended.",
      mixinStandardHelpOptions = true)
  static final class Follow implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "the job's id")
    private String id;

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (ApiClient api = output.api()) {
        Follower.Followed ended =
            new Follower(api, Clock.systemUTC(), System.err, Optional.of(output.reader(api)))
                .follow(output.jobId(id), output.howToFollow(output.jobId(id)));
        output.print(
            ResultsJson.of(ended.job(), ended.results()),
            Texts.details(ended.job(), ended.results()));
        return ended.exitCode();
      }
    }
  }

  @Command(name = "cancel", description = "Stops one job.", mixinStandardHelpOptions = true)
  static final class Cancel implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "the job's id")
    private String id;

    @Option(names = "--reason", defaultValue = "", description = "one sentence for the parties")
    private String reason;

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (ApiClient api = output.api()) {
        JobView job = api.cancel(output.jobId(id), reason);
        output.print(job, "job " + job.id() + " is " + job.status());
        return ExitCode.DONE;
      }
    }
  }
}
