package io.consilium.party.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.party.UserException;
import io.consilium.party.approval.ApprovalDesk;
import io.consilium.party.approval.PendingJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium party pending}. */
@Command(
    name = "pending",
    mixinStandardHelpOptions = true,
    description = "Lists the jobs that wait for this site's approval.")
final class PendingCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Option(names = "--json", description = "One JSON array.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException, ConfigException {
    List<PendingJob> waiting = new ApprovalDesk(config.load().state(), Clock.systemUTC()).waiting();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(waiting));
    } else if (waiting.isEmpty()) {
      out.println("No job waits for approval.");
    } else {
      waiting.forEach(job -> print(out, job));
      out.println("Next: consilium party approve JOB, or consilium party refuse JOB --reason ...");
    }
    out.flush();
    return 0;
  }

  static void print(PrintWriter out, PendingJob job) {
    out.println("Job " + job.job() + ", model " + ShownText.of(job.name()));
    out.println("  submitted by  " + ShownText.of(job.researcher()) + " at " + job.since());
    out.println("  purpose       " + ShownText.of(job.purpose()));
    job.facts().forEach(fact -> out.println("  - " + ShownText.of(fact)));
    out.println("  plan          " + ShownText.of(job.planDigest()));
  }
}
