package io.consilium.party.cli;

import io.consilium.coordinator.cli.LogFile;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.node.PartyNode;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code consilium party run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs this hospital's node until it is told to stop.")
final class RunCommand implements Callable<Integer> {
  private static final String LOG = "party.log";

  @Mixin private ConfigOption config;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PartyConfig loaded = config.load();
    LogFile.open(loaded.state(), LOG);
    try (PartyNode node = PartyNode.start(loaded, Clock.systemUTC())) {
      Runtime.getRuntime().addShutdownHook(new Thread(node::close, "stop"));
      PrintWriter out = spec.commandLine().getOut();
      say(
          out,
          "Party "
              + node.name()
              + " listens and waits for the coordinator at "
              + node.coordinator()
              + ", log in "
              + loaded.state().resolve(LOG));
      node.whenJoined().thenRun(() -> say(out, "Party " + node.name() + " is ready"));
      node.whenStopped().join();
    }
    return 0;
  }

  private static void say(PrintWriter out, String sentence) {
    out.println(sentence);
    out.flush();
  }
}
