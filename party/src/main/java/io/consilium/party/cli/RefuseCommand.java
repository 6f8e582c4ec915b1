package io.consilium.party.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.party.UserException;
import io.consilium.party.approval.ApprovalDesk;
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

/** {@code consilium party refuse}. */
@Command(
    name = "refuse",
    mixinStandardHelpOptions = true,
    description = "Refuses a job that waits, with this site's signature.")
final class RefuseCommand implements Callable<Integer> {

  @Mixin private ConfigOption config;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job;

  @Option(names = "--reason", required = true, description = "Why not. The researcher reads this.")
  private String reason;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException, ConfigException, IdentityException {
    PartyConfig party = config.load();
    ApprovalDesk desk = new ApprovalDesk(party.state(), Clock.systemUTC());
    desk.answer(desk.find(job), false, reason, Identity.load(party.identity()));
    PrintWriter out = spec.commandLine().getOut();
    out.println("Refused job " + job + ". The researcher is told the reason.");
    out.flush();
    return 0;
  }
}
