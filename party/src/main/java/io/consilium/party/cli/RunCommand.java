package io.consilium.party.cli;

import io.consilium.coordinator.cli.LogFile;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.node.PartyNode;
import io.consilium.party.store.SealedStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium party run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs this hospital's node until it is told to stop.")
final class RunCommand implements Callable<Integer> {
  private static final String LOG = "party.log";

  @Mixin private ConfigOption config;

  @Option(
      names = "--new-store-key",
      description = {
        "The key of the store is lost for good: move the sealed files aside, which nobody can",
        "read any more, and begin a new store."
      })
  private boolean newStoreKey;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PartyConfig loaded = config.load();
    if (newStoreKey) {
      AuditLog.requireUnused(loaded.state());
      Optional<Path> aside =
          SealedStore.renew(loaded.state(), new SecureRandom(), Clock.systemUTC().instant());
      PrintWriter err = spec.commandLine().getErr();
      aside.ifPresent(path -> err.println("The files of the lost key are in " + path + " now."));
      err.flush();
    }
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
      var _ = node.whenJoined().thenRun(() -> say(out, "Party " + node.name() + " is ready"));
      node.whenStopped().join();
    }
    return 0;
  }

  private static void say(PrintWriter out, String sentence) {
    out.println(sentence);
    out.flush();
  }
}
