package io.consilium.party.cli;

import io.consilium.party.UserException;
import io.consilium.party.pki.ConsortiumAuthority;
import io.consilium.party.pki.Passphrase;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium pki init}. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = "Makes the consortium's authority: a key and a certificate for ten years.")
final class PkiInitCommand implements Callable<Integer> {

  @Option(
      names = "--consortium",
      required = true,
      paramLabel = "NAME",
      description = "The consortium's name: small letters, digits, hyphens.")
  private String name;

  @Option(
      names = "--dir",
      required = true,
      description = "Where the authority lives. Keep it off the nodes and back it up.")
  private Path directory;

  @Mixin private PassphraseOption passphrase;

  @Option(
      names = "--no-passphrase",
      description = "Keep the key in the clear, to try things out with made-up records.")
  private boolean inTheClear;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException {
    ConsortiumAuthority.requireNew(directory, name);
    ConsortiumAuthority authority;
    try (Passphrase chosen = inTheClear ? Passphrase.none() : passphrase.chosen()) {
      authority =
          ConsortiumAuthority.create(
              directory, name, chosen, Clock.systemUTC(), new SecureRandom());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("The authority of consortium " + name + " is in " + directory + ".");
    out.println("Its fingerprint: " + authority.fingerprint());
    out.println(
        "Whoever holds "
            + directory.resolve("ca-key.pem")
            + (inTheClear ? "" : " and its passphrase")
            + " can admit anybody.");
    out.println("Next, at every site: consilium pki request --name NAME --role ROLE --dir DIR");
    out.flush();
    return 0;
  }
}
