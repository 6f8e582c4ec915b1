package io.consilium.party.cli;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.pki.EnrolmentRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium pki request}. */
@Command(
    name = "request",
    mixinStandardHelpOptions = true,
    description = "Makes a private key, which stays here, and a request for a certificate.")
final class PkiRequestCommand implements Callable<Integer> {

  @Option(
      names = "--name",
      required = true,
      description = "Who asks: small letters, digits, hyphens, for example hospital-a.")
  private String name;

  @Option(
      names = "--role",
      required = true,
      description = "party, coordinator, researcher or client.")
  private Role role;

  @Option(names = "--dir", required = true, description = "The identity directory to make.")
  private Path directory;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException {
    if (!Principal.isName(name)) {
      throw new UserException(
          ExitCode.USAGE,
          "--name is 1 to 39 small letters, digits and hyphens and begins with a letter.");
    }
    EnrolmentRequest request =
        EnrolmentRequest.create(directory, new Principal(role, name), new SecureRandom());
    PrintWriter out = spec.commandLine().getOut();
    out.println("Made " + directory.resolve(Identity.KEY_FILE) + ", which never leaves this site,");
    out.println("and " + directory.resolve(EnrolmentRequest.REQUEST_FILE) + " for the authority.");
    out.println("Fingerprint of the key of " + request.principal() + ", to read out when asked:");
    out.println("  " + request.fingerprint());
    out.println("Next: put the cert.pem and ca.pem that you get back into " + directory + ".");
    out.flush();
    return 0;
  }
}
