package io.consilium.party.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.party.UserException;
import io.consilium.party.approval.ApprovalDesk;
import io.consilium.party.approval.PendingJob;
import io.consilium.party.config.PartyConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium party approve}. */
@Command(
    name = "approve",
    mixinStandardHelpOptions = true,
    description = "Approves a job that waits, with this site's signature.")
final class ApproveCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job;

  @Option(names = "--reason", defaultValue = "", description = "A remark for the audit log.")
  private String reason;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean confirmed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException, ConfigException, IdentityException {
    PartyConfig party = config.load();
    ApprovalDesk desk = new ApprovalDesk(party.state(), Clock.systemUTC());
    PendingJob pending = desk.find(job);
    PrintWriter out = spec.commandLine().getOut();
    PendingCommand.print(out, pending);
    if (!confirmed) {
      Confirmation.ask(out, "May this job use this site's records?");
    }
    desk.answer(pending, true, reason, Identity.load(party.identity()));
    out.println("Approved job " + job + ". The node takes it up within seconds.");
    out.flush();
    return 0;
  }
}
