package io.consilium.party.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The consortium's authority and enrolment. */
@Command(
    name = "pki",
    mixinStandardHelpOptions = true,
    description = "The consortium's authority, and how to join it.",
    subcommands = {
      PkiInitCommand.class,
      PkiRequestCommand.class,
      PkiSignCommand.class,
      PkiShowCommand.class
    })
final class PkiCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PartyMain.showUsage(spec);
  }
}
