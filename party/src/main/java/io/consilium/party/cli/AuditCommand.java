package io.consilium.party.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.audit.AuditEntry;
import io.consilium.party.audit.AuditException;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.audit.AuditRenewal;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.node.KeptHeads;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium party audit}. Always verifies: what is shown was not edited. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = "Checks this site's audit log and shows it.")
final class AuditCommand implements Callable<Integer> {

  private static final String ROW = "%-6s %-24s %-26s %-22s %-12s %s%n";

  @Mixin private ConfigOption config;

  @Option(
      names = "--verify",
      description = {
        "Check only; show how many entries there are, and compare with what the other parties",
        "keep of this log."
      })
  private boolean verifyOnly;

  @Option(names = "--json", description = "One JSON object per line.")
  private boolean json;

  @Option(
      names = "--begin-anew",
      paramLabel = "REASON",
      description = {
        "The log is lost: move what is left of it aside and begin a new one, whose first line",
        "says why. The node must not run; the other parties note that it happened."
      })
  private String reason;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws UserException, IOException, ConfigException, IdentityException {
    PartyConfig party = config.load();
    Identity identity = Identity.load(party.identity());
    PrintWriter out = spec.commandLine().getOut();
    try {
      if (reason != null) {
        AuditRenewal.begin(party.state(), identity, Clock.systemUTC(), reason);
        out.println("The audit log begins anew.");
        out.flush();
        return 0;
      }
      List<AuditEntry> entries =
          AuditLog.verify(party.state(), identity.trust(), identity.principal());
      if (verifyOnly) {
        out.println("The audit log is whole: " + entries.size() + " entries.");
        KeptHeads.compare(party, identity).forEach(out::println);
      } else if (json) {
        printJson(out, entries);
      } else {
        printTable(out, entries);
      }
      out.flush();
      return 0;
    } catch (AuditException e) {
      throw new UserException(ExitCode.BAD_DATA, e.getMessage(), e);
    }
  }

  private static void printJson(PrintWriter out, List<AuditEntry> entries) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (AuditEntry entry : entries) {
      out.println(mapper.writeValueAsString(entry));
    }
  }

  private static void printTable(PrintWriter out, List<AuditEntry> entries) {
    out.printf(ROW, "SEQ", "TIME", "ACTOR", "ACTION", "JOB", "DETAIL");
    for (AuditEntry entry : entries) {
      String detail =
          entry.detail().entrySet().stream()
              .map(fact -> fact.getKey() + "=" + fact.getValue())
              .collect(Collectors.joining(", "));
      out.printf(
          ROW,
          entry.seq(),
          entry.time(),
          ShownText.of(entry.actor()),
          ShownText.of(entry.action()),
          ShownText.of(entry.job()),
          ShownText.of(detail));
    }
  }
}
