package io.consilium.party.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a site's administrator does. */
@Command(
    name = "party",
    mixinStandardHelpOptions = true,
    description = "A hospital's node: check it, run it, approve its jobs, read its audit log.",
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      PendingCommand.class,
      ApproveCommand.class,
      RefuseCommand.class,
      AuditCommand.class
    })
final class PartyCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PartyMain.showUsage(spec);
  }
}
