package io.consilium.party.cli;

import io.consilium.coordinator.cli.Table;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.party.ExitCode;
import io.consilium.party.config.PartyConfig;
import io.consilium.party.node.StateCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** What {@code consilium party check --state} shows. */
final class StateReport {
  private StateReport() {}

  /** Checks, prints and returns the exit code: that of the worst finding. */
  static int print(PartyConfig config, PrintWriter out) throws IOException, IdentityException {
    List<StateCheck.Finding> findings =
        new StateCheck(config.state(), Identity.load(config.identity())).run();
    Table table = new Table("CHECK", "RESULT", "DETAIL");
    StateCheck.Result worst = StateCheck.Result.PASS;
    for (StateCheck.Finding finding : findings) {
      table.row(finding.check(), finding.result(), finding.detail());
      worst = finding.result().compareTo(worst) > 0 ? finding.result() : worst;
    }
    out.println(table);
    out.flush();
    return switch (worst) {
      case PASS -> ExitCode.OK.code();
      case NOT_READY -> ExitCode.NOT_READY.code();
      case FAIL -> ExitCode.BAD_DATA.code();
    };
  }
}
