package io.consilium.party.cli;

import io.consilium.coordinator.cli.Table;
import io.consilium.party.ExitCode;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.node.Preflight;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium party check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at this site before a job does: files, certificate, ports, peers;",
      "with --study also the data and the policy. Nothing of the data is sent anywhere."
    },
    footer = {
      "Exits with 65 if a file or the data are wrong, 77 if the policy or a peer refuses,",
      "69 if a peer cannot be reached by its address, 75 if the running node is not ready."
    })
final class CheckCommand implements Callable<Integer> {

  /** Of several failures the first of these is the exit code: what to put right first. */
  private static final List<ExitCode> GRAVEST_FIRST =
      List.of(ExitCode.BAD_DATA, ExitCode.NOT_ALLOWED, ExitCode.UNAVAILABLE, ExitCode.NOT_READY);

  @Mixin private ConfigOption config;

  @Option(
      names = "--study",
      paramLabel = "FILE",
      description = "A manifest: would its data fit here, and would the policy allow it?")
  private Path study;

  @Option(
      names = "--researcher",
      paramLabel = "NAME",
      defaultValue = "researcher",
      description = "Who would submit it (default: ${DEFAULT-VALUE}).")
  private String researcher;

  @Option(
      names = "--state",
      description = {
        "Look at every file of the state directory instead: the store's key, sealed models,",
        "the audit log, approvals. Exit code 65 if one is damaged, 75 if the disk is full."
      })
  private boolean state;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PartyConfig loaded = config.load();
    if (state) {
      return StateReport.print(loaded, spec.commandLine().getOut());
    }
    List<Preflight.Finding> findings =
        new Preflight(loaded, Clock.systemUTC()).run(Optional.ofNullable(study), researcher);
    PrintWriter out = spec.commandLine().getOut();
    Table table = new Table("CHECK", "RESULT", "DETAIL");
    for (Preflight.Finding finding : findings) {
      table.row(finding.check(), finding.result(), finding.detail());
    }
    out.println(table);
    out.flush();
    return GRAVEST_FIRST.stream()
        .filter(exit -> findings.stream().anyMatch(finding -> finding.exit() == exit))
        .findFirst()
        .orElse(ExitCode.OK)
        .code();
  }
}
