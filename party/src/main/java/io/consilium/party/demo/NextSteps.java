package io.consilium.party.demo;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import java.nio.file.Path;

/** Where everything is, and commands to try: each can be pasted as it stands. */
final class NextSteps {

  private final Roster roster;
  private final Workspace workspace;
  private final String model;
  private final String launcher;
  private final Path here;

  /**
   * Steps for somebody at a shell.
   *
   * @param here the directory that the shell is in
   */
  NextSteps(Roster roster, Workspace workspace, String model, Path launcher, Path here) {
    this.roster = roster;
    this.workspace = workspace;
    this.model = model;
    this.here = here.toAbsolutePath().normalize();
    String shown = shown(launcher);
    this.launcher = shown.contains("/") ? shown : "./" + shown;
  }

  String places() {
    String party = roster.computeParties().getFirst();
    return """
    logs     %s
    configs  %s (a folder for each participant)
    models   %s (this party's shares, encrypted)\
    """
        .formatted(
            shown(workspace.logs()), shown(workspace.directory()), shown(workspace.state(party)));
  }

  /** What works after the nodes were stopped. */
  String afterwards(String demoArguments) {
    return """
    Next:
      %s
          what this hospital's node did and opened
      %s demo%s --keep
          the same again, and the nodes stay up for train, jobs, models and predict\
    """
        .formatted(audit(), launcher, demoArguments);
  }

  /** What works while the nodes are up. */
  String meanwhile(long seed) {
    String researcher = "--profile " + shown(workspace.config(Roster.RESEARCHER));
    return """
    The nodes stay up until Ctrl-C. Try in another shell:
      %1$s jobs list %2$s
      %1$s models list %2$s
      %1$s train %3$s %2$s
      %1$s predict --profile %4$s --model %5$s --csv %6$s
      %7$s\
    """
        .formatted(
            launcher,
            researcher,
            shown(workspace.study(seed)),
            shown(workspace.config(Roster.CLIENT)),
            model,
            shown(workspace.questions()),
            audit());
  }

  private String audit() {
    Principal party = new Principal(Role.PARTY, roster.computeParties().getFirst());
    return launcher + " party audit --config " + shown(workspace.config(party));
  }

  /** Relative if it is below the shell's directory. */
  private String shown(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }
}
