package io.consilium.party.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.party.UserException;
import io.consilium.party.pki.PemDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code consilium pki show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Says what a certificate or a request contains.")
final class PkiShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "A .pem file.")
  private Path file;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException {
    Map<String, String> lines = PemDescription.of(file, Clock.systemUTC());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new ObjectMapper().writeValueAsString(lines));
    } else {
      lines.forEach((label, value) -> out.printf("%-11s %s%n", label, value));
    }
    out.flush();
    return 0;
  }
}
