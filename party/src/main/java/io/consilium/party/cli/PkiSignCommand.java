package io.consilium.party.cli;

import io.consilium.party.UserException;
import io.consilium.party.pki.ConsortiumAuthority;
import io.consilium.party.pki.EnrolmentRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium pki sign}. */
@Command(
    name = "sign",
    mixinStandardHelpOptions = true,
    description = "Issues the certificate that a request asks for.")
final class PkiSignCommand implements Callable<Integer> {

  @Option(names = "--ca", required = true, description = "The authority's directory.")
  private Path authorityDirectory;

  @Option(names = "--request", required = true, description = "The request.pem that was sent.")
  private Path requestFile;

  @Option(
      names = "--out",
      required = true,
      description = "Where to write cert.pem; the authority's ca.pem is put beside it.")
  private Path out;

  @Option(
      names = "--days",
      defaultValue = "" + ConsortiumAuthority.DAYS_MAX,
      description = "How long it is valid (default and maximum: ${DEFAULT-VALUE}).")
  private int days;

  @Option(
      names = "--replace",
      description =
          "Issue although this principal holds a valid certificate. The earlier one stays valid"
              + " until it ends.")
  private boolean replace;

  @Option(names = "--yes", description = "The fingerprint was compared; do not ask.")
  private boolean confirmed;

  @Mixin private PassphraseOption passphrase;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException {
    PrintWriter console = spec.commandLine().getOut();
    ConsortiumAuthority authority =
        ConsortiumAuthority.open(
            authorityDirectory, passphrase::present, Clock.systemUTC(), new SecureRandom());
    EnrolmentRequest request = EnrolmentRequest.read(requestFile);
    console.println(
        request.principal() + " asks to join consortium " + authority.consortium() + ".");
    console.println("Fingerprint of the key: " + request.fingerprint());
    if (!confirmed) {
      Confirmation.ask(console, "Does " + request.principal() + " read out the same fingerprint?");
    }
    X509Certificate certificate = authority.issue(request, days, replace, out);
    console.println(
        "Issued " + out + ", valid until " + certificate.getNotAfter().toInstant() + ".");
    console.println("Send it back together with " + out.resolveSibling("ca.pem") + ".");
    console.flush();
    return 0;
  }
}
